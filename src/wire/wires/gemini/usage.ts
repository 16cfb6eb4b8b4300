import type { JsonObject, Usage } from '../../../plugins/api.ts'
import { objects } from '../../read/meter.ts'
import { isObject, objectOf } from '../../untyped.ts'
import { chatUsage, count } from '../../usage/usage.ts'

/**
 * `usageMetadata`: the prompt includes what was cached, the candidates leave thoughts out. A tool's prompt is input
 * beside them. https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function geminiUsage(value: unknown): Usage | undefined {
  return isObject(value) ? chatUsage(usageToHub(value), tierOf(value.serviceTier ?? value.trafficType)) : undefined
}

/** Vertex names its tiers at length: `ON_DEMAND_FLEX`, `PROVISIONED_THROUGHPUT`. */
function tierOf(given: unknown): string | undefined {
  if (typeof given !== 'string') return undefined
  return /flex|priority/i.exec(given)?.[0].toLowerCase()
}

export function usageToHub(value: JsonObject): JsonObject {
  const thoughts = count(value.thoughtsTokenCount)
  const input = count(value.promptTokenCount)
  const candidates = count(value.candidatesTokenCount)
  const prompt = (input ?? 0) + (count(value.toolUsePromptTokenCount) ?? 0)
  const completion = (candidates ?? 0) + (thoughts ?? 0)
  if (input === undefined && candidates === undefined) return {}
  const cached = count(value.cachedContentTokenCount)
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached ?? 0, ...media(value.promptTokensDetails) },
    completion_tokens_details: { reasoning_tokens: thoughts ?? 0, ...media(value.candidatesTokensDetails) },
  }
}

/** Sound and pictures of a list by modality. */
function media(details: unknown): JsonObject {
  const of = (modality: string) =>
    count(objects(details).find((detail) => detail.modality === modality)?.tokenCount) ?? 0
  const audio = of('AUDIO')
  const images = of('IMAGE')
  return { ...(audio > 0 && { audio_tokens: audio }), ...(images > 0 && { image_tokens: images }) }
}

export function usageFromHub(usage: unknown): JsonObject | undefined {
  if (!isObject(usage)) return undefined
  const { inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, reasoningTokens = 0 } = chatUsage(usage) ?? {}
  const { prompt_tokens_details: given } = usage
  const audio = count(objectOf(given).audio_tokens) ?? 0
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: Math.max(0, outputTokens - reasoningTokens),
    totalTokenCount: inputTokens + outputTokens,
    ...(cacheReadTokens > 0 && { cachedContentTokenCount: cacheReadTokens }),
    ...(reasoningTokens > 0 && { thoughtsTokenCount: reasoningTokens }),
    ...(audio > 0 && { promptTokensDetails: [{ modality: 'AUDIO', tokenCount: audio }] }),
  }
}
