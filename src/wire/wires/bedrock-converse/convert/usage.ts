/**
 * Token counts of Converse and of Messages: `inputTokens` has neither what was read from nor what was written to the
 * cache, as `input_tokens` has not (https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html).
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { compact, isObject, listOf, numberOf, objectOf } from '../../../untyped.ts'

/** `usage` and `serviceTier` of an answer or of the event `metadata`; undefined when there is no usage. */
export function usageToMessages({ usage, serviceTier }: JsonObject): JsonObject | undefined {
  if (!isObject(usage)) return undefined
  const hour = listOf(usage.cacheDetails).find((detail) => objectOf(detail).ttl === '1h')
  return compact({
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_input_tokens: usage.cacheReadInputTokens,
    cache_creation_input_tokens: usage.cacheWriteInputTokens,
    cache_creation: hour && { ephemeral_1h_input_tokens: objectOf(hour).inputTokens },
    service_tier: objectOf(serviceTier).type,
  })
}

export function usageFromMessages(usage: JsonObject): JsonObject {
  const [input, output, read, write] = [
    usage.input_tokens,
    usage.output_tokens,
    usage.cache_read_input_tokens,
    usage.cache_creation_input_tokens,
  ].map((count) => numberOf(count) ?? 0) as [number, number, number, number]
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + output + read + write,
    cacheReadInputTokens: read,
    cacheWriteInputTokens: write,
  }
}
