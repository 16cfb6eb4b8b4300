/**
 * Token counts. OpenAI's `prompt_tokens` includes what was read from and written to the cache; Anthropic's `input_tokens` includes neither.
 * `cache_write_tokens` is OpenRouter's field.
 */
import type { JsonObject } from '../../../plugins/api.ts'
import { isObject, numberOf, objectOf } from '../read.ts'

export function usageToHub(usage: JsonObject): JsonObject {
  const read = numberOf(usage.cache_read_input_tokens) ?? 0
  const written = numberOf(usage.cache_creation_input_tokens) ?? 0
  const prompt = (numberOf(usage.input_tokens) ?? 0) + read + written
  const completion = numberOf(usage.output_tokens) ?? 0
  const thinking = numberOf(objectOf(usage.output_tokens_details).thinking_tokens)
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: read, cache_write_tokens: written },
    ...(thinking === undefined ? {} : { completion_tokens_details: { reasoning_tokens: thinking } }),
  }
}

/** Zeros when the upstream reported nothing, since Anthropic's clients read these fields without asking. */
export function usageFromHub(usage: unknown): JsonObject {
  const hub = objectOf(usage)
  const details = objectOf(hub.prompt_tokens_details)
  const read = numberOf(details.cached_tokens) ?? 0
  const written = numberOf(details.cache_write_tokens) ?? 0
  const thinking = isObject(hub.completion_tokens_details) ? numberOf(hub.completion_tokens_details.reasoning_tokens) : undefined
  return {
    input_tokens: Math.max(0, (numberOf(hub.prompt_tokens) ?? 0) - read - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    output_tokens: numberOf(hub.completion_tokens) ?? 0,
    ...(thinking === undefined ? {} : { output_tokens_details: { thinking_tokens: thinking } }),
  }
}
