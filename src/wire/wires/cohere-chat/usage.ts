import type { JsonObject, Usage } from '../../../plugins/api.ts'
import { objectOf } from '../../untyped.ts'
import { count } from '../../usage/usage.ts'

/**
 * `usage` of a chat. What is charged stands in `billed_units`; `tokens` counts Cohere's own words around the prompt
 * too. https://docs.cohere.com/docs/rate-limits-and-billing
 */
export function cohereUsage(value: unknown): Usage | undefined {
  const { billed_units, tokens, cached_tokens } = objectOf(value)
  const billed = objectOf(billed_units)
  const all = objectOf(tokens)
  const usage: { -readonly [K in keyof Usage]: Usage[K] } = {}
  const input = count(billed.input_tokens) ?? count(all.input_tokens)
  const output = count(billed.output_tokens) ?? count(all.output_tokens)
  const cached = count(cached_tokens)
  const searches = count(billed.search_units)
  if (input !== undefined) usage.inputTokens = input
  if (output !== undefined) usage.outputTokens = output
  if (cached) usage.cacheReadTokens = Math.min(cached, input ?? cached)
  if (searches) usage.searches = searches
  return input === undefined && output === undefined ? undefined : usage
}

/** The same as the hub says it. */
export function usageToHub(value: unknown): JsonObject {
  const { inputTokens = 0, outputTokens = 0, cacheReadTokens } = cohereUsage(value) ?? {}
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    ...(cacheReadTokens !== undefined && { prompt_tokens_details: { cached_tokens: cacheReadTokens } }),
  }
}
