import type { Price, PriceTier, Rates, Usage } from '../../plugins/api.ts'

const TOKENS_PER_PRICE = 1_000_000

/**
 * What a call cost, in USD: what the upstream says itself, else by the list price; undefined when neither is known.
 * `usage.inputTokens` is all input, cache reads and writes included. Reasoning tokens are part of the output tokens.
 */
export function costOf(price: Price | undefined, usage: Usage): number | undefined {
  if (usage.costUsd !== undefined) return usage.costUsd
  if (!price || (usage.inputTokens === undefined && usage.outputTokens === undefined)) return undefined
  const rates = ratesFor(price, usage.inputTokens ?? 0, usage.serviceTier)
  const reads = usage.cacheReadTokens ?? 0
  const writes = usage.cacheWriteTokens ?? 0
  const hourWrites = Math.min(writes, usage.cacheWrite1hTokens ?? 0)
  // Some upstreams report cache reads and no total; input is never less than its parts.
  const plain = Math.max(0, (usage.inputTokens ?? 0) - reads - writes)
  const tokens =
    plain * rates.prompt +
    reads * (rates.cacheRead ?? rates.prompt) +
    (writes - hourWrites) * (rates.cacheWrite ?? rates.prompt) +
    hourWrites * (rates.cacheWrite1h ?? 2 * rates.prompt) +
    (usage.outputTokens ?? 0) * rates.completion
  return tokens / TOKENS_PER_PRICE + (rates.request ?? 0)
}

/**
 * What a request will cost by the list price, in USD, with `cachedTokens` of its input read from a cache (default
 * none), served as it asks to be; undefined when no price is known.
 */
export function estimatePrice(
  price: Price | undefined,
  inputTokens: number,
  outputTokens: number,
  cachedTokens = 0,
  serviceTier?: string,
): number | undefined {
  return costOf(price, {
    inputTokens,
    outputTokens,
    cacheReadTokens: cachedTokens,
    ...(serviceTier !== undefined && { serviceTier }),
  })
}

/**
 * In place of a list price that is not known: what an endpoint takes, as it says itself, is learned as a multiple of
 * it.
 */
const UNLISTED: Price = { prompt: 3, completion: 15, cacheRead: 0.3 }

/**
 * What a request would cost at an endpoint without a list price, but for the ratio that is learned from what it says
 * that it took.
 */
export const unlistedPrice = (inputTokens: number, outputTokens: number, cachedTokens: number): number =>
  estimatePrice(UNLISTED, inputTokens, outputTokens, cachedTokens)!

/** The rates of one call. The price itself when no tier applies, which is the rule. */
function ratesFor(price: Price, inputTokens: number, serviceTier: string | undefined): Rates {
  let rates: Rates = price
  for (const tier of price.tiers ?? []) if (applies(tier, inputTokens, serviceTier)) rates = changed(rates, tier)
  return rates
}

const applies = (tier: PriceTier, inputTokens: number, serviceTier: string | undefined) =>
  (tier.aboveInputTokens === undefined || inputTokens > tier.aboveInputTokens) &&
  (tier.serviceTier === undefined || tier.serviceTier === serviceTier)

function changed(rates: Rates, { factor = 1, ...tier }: PriceTier): Rates {
  const { prompt, completion, cacheRead, cacheWrite, cacheWrite1h, request } = { ...rates, ...tier }
  return {
    prompt: factor * prompt,
    completion: factor * completion,
    ...(cacheRead !== undefined && { cacheRead: factor * cacheRead }),
    ...(cacheWrite !== undefined && { cacheWrite: factor * cacheWrite }),
    ...(cacheWrite1h !== undefined && { cacheWrite1h: factor * cacheWrite1h }),
    ...(request !== undefined && { request: factor * request }),
  }
}
