/**
 * An `openai-responses` request as an `openai-chat` request.
 *
 * Changed: what stands in `instructions`, system and developer items becomes system messages; custom tools become
 * functions, tools of namespaces lose them (`tool-names.ts`); images in tools' results move to the next user message,
 * unless `extensions`. Left out: tools that the provider runs (`onDropped`), and what they did; reasoning that the
 * router did not sign; `store`, `include`, `metadata`, `truncation`, `max_tool_calls`, `stream_options`,
 * `context_management`, `moderation`; unless `extensions` or for OpenAI's models, `prompt_cache_key`,
 * `safety_identifier`, `service_tier` and `verbosity`, which others refuse; sampling parameters for OpenAI's reasoning
 * models. Refused: what an earlier answer left behind (`previous_response_id`, `conversation`, references, `prompt`),
 * `background`, files by id or (unless `extensions`) by address.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { HubOptions } from '../../../converter.ts'
import { compact, isObject, listOf, numberOf, objectOf, refuse, stringOf } from '../../../untyped.ts'
import { isOpenAi, isOpenAiReasoner, takesReasoningEffort } from '../../openai-chat/models.ts'
import { messagesToHub } from './input-to-hub.ts'
import { toolsToHub } from './tools-to-hub.ts'

/** The same in both wires, and taken by whoever speaks the hub wire. */
const SAME = ['user', 'stop', 'seed', 'presence_penalty', 'frequency_penalty', 'logit_bias', 'stream']
/** The same in both wires, and refused by many. */
const OPENAIS = ['prompt_cache_key', 'prompt_cache_retention', 'safety_identifier', 'service_tier']
const EXTENSIONS = ['top_k', 'min_p', 'repetition_penalty', 'cache_control']

const STATE = 'refers to what another answer left behind; send all items in "input", with store: false'

export function requestToHub(body: JsonObject, options: HubOptions = {}): JsonObject {
  const { extensions = false } = options
  refuseState(body)
  const reasoner = isOpenAiReasoner(body.model)
  const ours = extensions || isOpenAi(body.model)
  const text = objectOf(body.text)
  const keys = [...SAME, ...(ours ? OPENAIS : []), ...(extensions ? EXTENSIONS : [])]
  return compact({
    model: body.model,
    messages: messagesToHub(body, options),
    ...Object.fromEntries(keys.map((key) => [key, body[key] ?? undefined])),
    [reasoner ? 'max_completion_tokens' : 'max_tokens']: body.max_output_tokens ?? undefined,
    temperature: reasoner ? undefined : (body.temperature ?? undefined),
    top_p: reasoner ? undefined : (body.top_p ?? undefined),
    ...logprobsToHub(body),
    response_format: formatToHub(text.format),
    verbosity: ours && typeof text.verbosity === 'string' ? text.verbosity : undefined,
    ...toolsToHub(body, options),
    ...reasoningToHub(body, options.reasoning ?? extensions),
  })
}

function refuseState(body: JsonObject): void {
  for (const key of ['previous_response_id', 'conversation'])
    if (body[key] !== undefined && body[key] !== null) refuse(key, STATE)
  if (isObject(body.prompt)) refuse('prompt', 'is kept by one provider and means nothing to another; send its text')
  if (body.background === true) refuse('background', 'has no form at an endpoint that does not speak Responses')
}

function logprobsToHub(body: JsonObject): JsonObject {
  const top = numberOf(body.top_logprobs)
  const asked = top !== undefined && top > 0
  if (!asked && !listOf(body.include).includes('message.output_text.logprobs')) return {}
  return { logprobs: true, ...(asked && { top_logprobs: top }) }
}

function formatToHub(format: unknown): JsonObject | undefined {
  if (!isObject(format) || format.type === 'text') return undefined
  if (format.type !== 'json_schema') return { type: format.type }
  const { type: _, ...schema } = format
  return { type: 'json_schema', json_schema: { name: 'answer', ...withoutNulls(schema) } }
}

const withoutNulls = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null))

/** Asking for a summary alone says that there is to be reasoning. */
function reasoningToHub(body: JsonObject, extensions: boolean): JsonObject {
  const { effort, summary, max_tokens, enabled } = objectOf(body.reasoning)
  const wish = stringOf(effort)
  if (!extensions) return wish !== '' && takesReasoningEffort(body.model) ? { reasoning_effort: wish } : {}
  const reasoning = compact({
    effort: wish === '' ? undefined : wish,
    max_tokens: numberOf(max_tokens),
    enabled:
      enabled ?? (wish === '' && numberOf(max_tokens) === undefined && stringOf(summary) !== '' ? true : undefined),
  })
  return Object.keys(reasoning).length > 0 ? { reasoning } : {}
}
