/**
 * Token counts. OpenAI's `prompt_tokens` includes what was read from and written to the cache; Anthropic's
 * `input_tokens` includes neither. `cache_write_tokens` is OpenRouter's field. Absent counts become zeros, since
 * clients of both wires read them without asking.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { chatUsage, messagesUsage } from '../../../usage/usage.ts'

export function usageToHub(usage: unknown): JsonObject {
  const {
    inputTokens = 0,
    outputTokens = 0,
    cacheReadTokens = 0,
    cacheWriteTokens = 0,
    reasoningTokens,
  } = messagesUsage(usage) ?? {}
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cacheReadTokens, cache_write_tokens: cacheWriteTokens },
    ...(reasoningTokens === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
  }
}

export function usageFromHub(usage: unknown): JsonObject {
  const {
    inputTokens = 0,
    outputTokens = 0,
    cacheReadTokens = 0,
    cacheWriteTokens = 0,
    reasoningTokens,
  } = chatUsage(usage) ?? {}
  return {
    input_tokens: Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens),
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cacheReadTokens,
    output_tokens: outputTokens,
    ...(reasoningTokens === undefined ? {} : { output_tokens_details: { thinking_tokens: reasoningTokens } }),
  }
}
