/**
 * An `openai-chat` request as a `gemini` request. `model` and `stream` stand in the address.
 *
 * Changed: system and developer messages are hoisted; results of calls become objects; schemas go as JSON Schema, which
 * Gemini 2 and later take. Left out: what Gemini has no form for (`logit_bias`, `parallel_tool_calls`, `user`, `store`,
 * `metadata`, `prediction`, `verbosity`, names of messages, ...), `cache_control` (it caches by itself), reasoning that
 * this model did not make. Refused: `functions`, custom tools, files by id.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { HubOptions } from '../../../converter.ts'
import { compact, isObject, listOf, numberOf, objectOf, stringOf } from '../../../untyped.ts'
import { conversationFromHub } from './messages-from-hub.ts'
import { thinkingFromHub } from './thinking.ts'
import { toolsFromHub } from './tools.ts'

/** Gemini's own fields, sent on when a client adds them to its body. */
const NATIVE = ['safetySettings', 'cachedContent', 'labels']
const TIERS: Readonly<Record<string, string>> = { default: 'standard', flex: 'flex', priority: 'priority' }

export function requestFromHub(body: JsonObject, options: HubOptions = {}): JsonObject {
  const { system, contents } = conversationFromHub(body, options.maker)
  const generationConfig = configOf(body)
  return compact({
    systemInstruction: system.length > 0 ? { parts: system } : undefined,
    contents,
    ...toolsFromHub(body),
    generationConfig: Object.keys(generationConfig).length > 0 ? generationConfig : undefined,
    serviceTier: TIERS[stringOf(body.service_tier)],
    ...Object.fromEntries(NATIVE.map((key) => [key, body[key] ?? undefined])),
  })
}

function configOf(body: JsonObject): JsonObject {
  const stop = (typeof body.stop === 'string' ? [body.stop] : listOf(body.stop)).filter((word) => word !== '')
  const choices = numberOf(body.n)
  const voice = objectOf(body.audio).voice
  return compact({
    maxOutputTokens: numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens),
    temperature: numberOf(body.temperature),
    topP: numberOf(body.top_p),
    topK: numberOf(body.top_k),
    candidateCount: choices !== undefined && choices > 1 ? choices : undefined,
    stopSequences: stop.length > 0 ? stop : undefined,
    seed: numberOf(body.seed),
    presencePenalty: numberOf(body.presence_penalty),
    frequencyPenalty: numberOf(body.frequency_penalty),
    responseLogprobs: body.logprobs === true ? true : undefined,
    logprobs: body.logprobs === true ? numberOf(body.top_logprobs) : undefined,
    ...formatOf(body.response_format),
    responseModalities: modalitiesOf(body.modalities),
    speechConfig:
      typeof voice === 'string' ? { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } } } : undefined,
    thinkingConfig: thinkingFromHub(body),
  })
}

function formatOf(format: unknown): JsonObject {
  const { type, json_schema: schema } = objectOf(format)
  if (type !== 'json_schema' && type !== 'json_object') return {}
  const given = type === 'json_schema' ? objectOf(schema).schema : undefined
  return { responseMimeType: 'application/json', ...(isObject(given) && { responseJsonSchema: given }) }
}

function modalitiesOf(given: unknown): string[] | undefined {
  const kinds = listOf(given).map((kind) => stringOf(kind).toUpperCase())
  return kinds.some((kind) => kind !== 'TEXT') ? kinds : undefined
}
