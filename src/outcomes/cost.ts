import type { Price, Usage } from '../plugins/api.ts'

const TOKENS_PER_PRICE = 1_000_000

/**
 * What a call cost, in USD; undefined when no price or no usage is known. `usage.inputTokens` is all input, cache reads and writes included;
 * a cache read or write without a price of its own costs what other input costs. Reasoning tokens are part of the output tokens.
 */
export function costOf(price: Price | undefined, usage: Usage): number | undefined {
  if (!price || (usage.inputTokens === undefined && usage.outputTokens === undefined)) return undefined
  const reads = usage.cacheReadTokens ?? 0
  const writes = usage.cacheWriteTokens ?? 0
  // Some upstreams report cache reads and no total; input is never less than its parts.
  const plain = Math.max(0, (usage.inputTokens ?? 0) - reads - writes)
  const tokens =
    plain * price.prompt +
    reads * (price.cacheRead ?? price.prompt) +
    writes * (price.cacheWrite ?? price.prompt) +
    (usage.outputTokens ?? 0) * price.completion
  return tokens / TOKENS_PER_PRICE + (price.request ?? 0)
}

/** What a request will cost, in USD, with `cachedTokens` of its input read from a cache (default none); undefined when no price is known. */
export function estimatePrice(price: Price | undefined, inputTokens: number, outputTokens: number, cachedTokens = 0): number | undefined {
  return costOf(price, { inputTokens, outputTokens, cacheReadTokens: cachedTokens })
}
