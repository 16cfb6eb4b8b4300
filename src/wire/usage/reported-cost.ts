import type { JsonObject } from '../../plugins/api.ts'

/** xAI counts money in ticks: https://docs.x.ai/developers/cost-tracking */
const TICKS_PER_USD = 1e10
/** No answer costs more. What is not believable would drown all that it is added to. */
const MAX_USD = 1e6

/**
 * What an upstream says in `usage` that the call cost, in USD; undefined when it does not say. OpenRouter's `cost` is
 * what it took: with a key of one's own only its fee, and `cost_details.upstream_inference_cost` is what the maker
 * takes (https://openrouter.ai/docs/use-cases/usage-accounting). Perplexity's `cost` is an object with a total,
 * DeepInfra's is `estimated_cost`.
 */
export function reportedCost(usage: JsonObject): number | undefined {
  const { cost } = usage
  if (typeof cost === 'number')
    return amount(
      cost + (usage.is_byok === true ? (amount(field(usage.cost_details, 'upstream_inference_cost')) ?? 0) : 0),
    )
  const ticks = usage.cost_in_usd_ticks
  return (
    amount(field(cost, 'total_cost')) ??
    amount(usage.estimated_cost) ??
    (typeof ticks === 'number' ? amount(ticks / TICKS_PER_USD) : undefined)
  )
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as JsonObject)[name] : undefined

const amount = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= MAX_USD ? value : undefined
