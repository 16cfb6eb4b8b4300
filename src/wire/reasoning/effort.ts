/** Levels of effort and budgets of tokens to reason with, each in place of the other. */

/** Share of `max_tokens` that a level may spend. Source: OpenRouter's guide on reasoning tokens. */
export const SHARES: Readonly<Record<string, number>> = {
  minimal: 0.1,
  low: 0.2,
  medium: 0.5,
  high: 0.8,
  xhigh: 0.95,
  max: 0.95,
}

/** A budget as one of the three common levels, by its share of the limit of output. */
export function levelOf(budget: number, limit: number): string {
  const share = budget / limit
  return share < 0.35 ? 'low' : share < 0.65 ? 'medium' : 'high'
}
