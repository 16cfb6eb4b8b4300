/**
 * A `gemini` request as an `openai-chat` request.
 *
 * Changed: schemas of OpenAPI become JSON Schema; calls without an id get one, and their results the same by name and
 * order. Left out: `safetySettings`, `labels`, `mediaResolution`, `speechConfig`; `topK` unless `extensions`; sampling
 * for OpenAI's reasoning models. Refused: tools that Google runs, `cachedContent`, files in Google's stores.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { HubOptions } from '../../../converter.ts'
import { compact, listOf, numberOf, objectOf, refuse, stringOf } from '../../../untyped.ts'
import { isOpenAiReasoner } from '../../openai-chat/models.ts'
import { camelCased, isSnakeCased } from '../camel.ts'
import { messagesToHub } from './messages-to-hub.ts'
import { schemaToHub } from './schema.ts'
import { thinkingToHub } from './thinking.ts'
import { toolsToHub } from './tools.ts'

const TIERS: Readonly<Record<string, string>> = { standard: 'default', flex: 'flex', priority: 'priority' }

export function requestToHub(given: JsonObject, options: HubOptions = {}): JsonObject {
  const body = isSnakeCased(given) ? camelCased(given) : given
  if (body.cachedContent) return refuse('cachedContent', 'is kept by Google and means nothing at other endpoints')
  const extensions = options.extensions ?? false
  const reasoner = isOpenAiReasoner(body.model)
  const config = objectOf(body.generationConfig)
  const stop = listOf(config.stopSequences)
  const choices = numberOf(config.candidateCount)
  const sampled = (value: unknown) => (reasoner ? undefined : numberOf(value))
  return compact({
    model: body.model,
    messages: messagesToHub(body, options),
    [reasoner ? 'max_completion_tokens' : 'max_tokens']: numberOf(config.maxOutputTokens),
    temperature: sampled(config.temperature),
    top_p: sampled(config.topP),
    top_k: extensions ? numberOf(config.topK) : undefined,
    n: choices !== undefined && choices > 1 ? choices : undefined,
    stop: stop.length > 0 ? stop : undefined,
    stream: body.stream === true ? true : undefined,
    seed: numberOf(config.seed),
    presence_penalty: sampled(config.presencePenalty),
    frequency_penalty: sampled(config.frequencyPenalty),
    logprobs: config.responseLogprobs === true ? true : undefined,
    top_logprobs: config.responseLogprobs === true ? numberOf(config.logprobs) : undefined,
    response_format: formatOf(config),
    modalities: modalitiesOf(config.responseModalities),
    service_tier: TIERS[stringOf(body.serviceTier).toLowerCase()],
    ...toolsToHub(body),
    ...thinkingToHub(config.thinkingConfig, body.model, options.reasoning ?? extensions),
  })
}

function formatOf(config: JsonObject): JsonObject | undefined {
  const schema = config.responseJsonSchema ?? config._responseJsonSchema ?? schemaToHub(config.responseSchema)
  if (schema !== undefined && schema !== null)
    return { type: 'json_schema', json_schema: { name: 'answer', schema, strict: false } }
  return stringOf(config.responseMimeType) === 'application/json' ? { type: 'json_object' } : undefined
}

function modalitiesOf(given: unknown): string[] | undefined {
  const kinds = listOf(given).map((kind) => stringOf(kind).toLowerCase())
  return kinds.some((kind) => kind !== 'text') ? kinds : undefined
}
