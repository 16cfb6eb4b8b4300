import type { JsonObject, Usage } from '../plugins/api.ts'

/**
 * Token counts, normalised. `inputTokens` is always the whole input, cached or not; `cacheReadTokens` and `cacheWriteTokens` are the parts
 * of it that came from and went to the prompt cache. OpenAI counts so; Anthropic's `input_tokens` leaves the cached parts out.
 */

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined

const part = (value: unknown): JsonObject => (typeof value === 'object' && value !== null ? (value as JsonObject) : {})

interface Counts {
  input: number | undefined
  output: number | undefined
  read: number | undefined
  write: number | undefined
  reasoning: number | undefined
}

function usageOf({ input, output, read, write, reasoning }: Counts): Usage | undefined {
  if (input === undefined && output === undefined) return undefined
  return {
    ...(input !== undefined && { inputTokens: input }),
    ...(output !== undefined && { outputTokens: output }),
    ...(read !== undefined && { cacheReadTokens: read }),
    ...(write !== undefined && { cacheWriteTokens: write }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
  }
}

/** `usage` of chat completions, completions and embeddings, with the spellings of DeepSeek and Moonshot for cache reads. */
export function chatUsage(value: unknown): Usage | undefined {
  const usage = part(value)
  const prompt = part(usage.prompt_tokens_details)
  return usageOf({
    input: count(usage.prompt_tokens),
    output: count(usage.completion_tokens),
    read: count(prompt.cached_tokens) ?? count(usage.prompt_cache_hit_tokens) ?? count(usage.cached_tokens),
    write: count(prompt.cache_write_tokens),
    reasoning: count(part(usage.completion_tokens_details).reasoning_tokens),
  })
}

/** `usage` of the Responses API. */
export function responsesUsage(value: unknown): Usage | undefined {
  const usage = part(value)
  const input = part(usage.input_tokens_details)
  return usageOf({
    input: count(usage.input_tokens),
    output: count(usage.output_tokens),
    read: count(input.cached_tokens),
    write: count(input.cache_write_tokens),
    reasoning: count(part(usage.output_tokens_details).reasoning_tokens),
  })
}

/** `usage` of the Messages API. */
export function messagesUsage(value: unknown): Usage | undefined {
  const usage = part(value)
  const read = count(usage.cache_read_input_tokens)
  const write = count(usage.cache_creation_input_tokens)
  const input = count(usage.input_tokens)
  return usageOf({
    input: input === undefined ? undefined : input + (read ?? 0) + (write ?? 0),
    output: count(usage.output_tokens),
    read,
    write,
    reasoning: count(part(usage.output_tokens_details).thinking_tokens),
  })
}
