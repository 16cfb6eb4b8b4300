/**
 * An `openai-chat` request as a `cohere-chat` request.
 *
 * Changed: names (`p`, `k`, `stop_sequences`), `response_format`, reasoning becomes `thinking`; penalties below 0 become
 * 0 and above 1 become 1, `p` stays within 0.01 and 0.99, as Cohere requires; a tool that is forced is the only one that
 * is offered. Cohere's own fields (`documents`, `citation_options`, `safety_mode`, `thinking`, ...) are sent on when a
 * client adds them, and win. Left out, since there is no place for them (`onDropped`): `logit_bias`,
 * `parallel_tool_calls: false`; without a word what is not named below (`user`, `metadata`, `min_p`, ...). Refused: `n`
 * above 1, audio, `functions`, files.
 */
import type { JsonObject } from '../../../plugins/api.ts'
import type { HubOptions } from '../../converter.ts'
import { compact, isObject, listOf, numberOf, objectOf, refuse, stringOf } from '../../untyped.ts'
import { messagesFromHub } from './messages.ts'
import { toolsFromHub } from './tools.ts'

/** https://docs.cohere.com/reference/chat */
const NATIVE = ['documents', 'citation_options', 'safety_mode', 'priority']

export function requestFromHub(body: JsonObject, { onDropped }: HubOptions = {}): JsonObject {
  if ((numberOf(body.n) ?? 1) > 1) refuse('n', 'must be 1: a cohere-chat endpoint gives one choice')
  if (isObject(body.audio) || listOf(body.modalities).some((kind) => kind !== 'text'))
    refuse('modalities', 'may only be text at a cohere-chat endpoint')
  if (body.functions !== undefined) refuse('functions', 'is the old form; use tools')
  if (isObject(body.logit_bias) && Object.keys(body.logit_bias).length > 0) onDropped?.('logit_bias')
  const stop = typeof body.stop === 'string' ? [body.stop] : listOf(body.stop)
  return compact({
    model: body.model,
    messages: messagesFromHub(body.messages, body.model),
    ...toolsFromHub(body, onDropped),
    stream: body.stream === true,
    response_format: formatOf(objectOf(body.response_format)),
    max_tokens: numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens),
    stop_sequences: stop.length > 0 ? stop : undefined,
    temperature: numberOf(body.temperature),
    p: within(body.p ?? body.top_p, 0.01, 0.99),
    k: within(body.k ?? body.top_k, 0, 500),
    seed: numberOf(body.seed),
    frequency_penalty: within(body.frequency_penalty, 0, 1),
    presence_penalty: within(body.presence_penalty, 0, 1),
    logprobs: body.logprobs === true ? true : undefined,
    thinking: isObject(body.thinking) ? body.thinking : thinkingOf(body),
    ...Object.fromEntries(NATIVE.map((key) => [key, body[key] ?? undefined])),
  })
}

function within(value: unknown, min: number, max: number): number | undefined {
  const given = numberOf(value)
  return given === undefined ? undefined : Math.min(Math.max(given, min), max)
}

function formatOf({ type, json_schema }: JsonObject): JsonObject | undefined {
  if (type !== 'json_object' && type !== 'json_schema') return undefined
  const { schema } = objectOf(json_schema)
  return { type: 'json_object', ...(isObject(schema) && { json_schema: schema }) }
}

/** Cohere has no levels: https://docs.cohere.com/docs/reasoning */
function thinkingOf(body: JsonObject): JsonObject | undefined {
  const reasoning = objectOf(body.reasoning)
  const effort = stringOf(reasoning.effort) || stringOf(body.reasoning_effort)
  if (reasoning.enabled === false || effort === 'none') return { type: 'disabled' }
  const budget = numberOf(reasoning.max_tokens)
  if (effort === '' && budget === undefined && reasoning.enabled !== true) return undefined
  return compact({ type: 'enabled', token_budget: budget })
}
