/**
 * An `openai-chat` request as an `openai-responses` request.
 *
 * Added: `store: false`, since a chat leaves nothing behind, and the reasoning that comes back encrypted for it. Changed:
 * the first system message becomes `instructions`; at least 16 tokens of output are asked for, as OpenAI requires;
 * `web_search_options` becomes the tool. Left out, since there is no place for them (`onDropped`): `stop`, `seed`,
 * penalties, `logit_bias`; without a word what is not named below (`prediction`, `stream_options`, `name` of messages,
 * `cache_control`, ...), sampling parameters for OpenAI's reasoning models, reasoning of other makers. Refused: `n`
 * above 1, audio output, `functions`.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { HubOptions } from '../../../converter.ts'
import { levelOf } from '../../../reasoning/effort.ts'
import { compact, isObject, listOf, numberOf, objectOf, refuse, stringOf } from '../../../untyped.ts'
import { isOpenAi, isOpenAiReasoner } from '../../openai-chat/models.ts'
import { conversationFromHub } from './messages-from-hub.ts'
import { toolsFromHub } from './tools-from-hub.ts'

const SAME = [
  'user',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'service_tier',
  'top_logprobs',
]
const PLACELESS = ['stop', 'seed', 'presence_penalty', 'frequency_penalty', 'logit_bias']
/** OpenAI's minimum, tokens. */
const MIN_OUTPUT_TOKENS = 16

export function requestFromHub(body: JsonObject, { maker, onDropped }: HubOptions = {}): JsonObject {
  if ((numberOf(body.n) ?? 1) > 1) refuse('n', 'must be 1: an openai-responses endpoint gives one choice')
  if (isObject(body.audio) || listOf(body.modalities).some((kind) => kind !== 'text'))
    refuse('modalities', 'may only be text at an openai-responses endpoint')
  for (const key of PLACELESS) if (isGiven(body[key])) onDropped?.(key)
  const { instructions, input } = conversationFromHub(body.messages, maker)
  const maxTokens = numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens)
  const samples = !isOpenAiReasoner(body.model)
  return compact({
    model: body.model,
    instructions,
    input,
    ...Object.fromEntries(SAME.map((key) => [key, body[key] ?? undefined])),
    max_output_tokens: maxTokens === undefined ? undefined : Math.max(MIN_OUTPUT_TOKENS, maxTokens),
    temperature: samples ? (body.temperature ?? undefined) : undefined,
    top_p: samples ? (body.top_p ?? undefined) : undefined,
    text: textFromHub(body),
    ...toolsFromHub(body),
    reasoning: reasons(body.model) ? reasoningFromHub(body, maxTokens) : undefined,
    include: includeFromHub(body),
    store: false,
    stream: body.stream === true ? true : undefined,
  })
}

const isGiven = (value: unknown): boolean => Boolean(value) && !(Array.isArray(value) && value.length === 0)

/** OpenAI's other models refuse the fields of reasoning; of other makers' nothing is known. */
const reasons = (model: unknown): boolean => isOpenAiReasoner(model) || !isOpenAi(model)

function includeFromHub({ model, logprobs }: JsonObject): readonly string[] | undefined {
  const include = [
    ...(reasons(model) ? ['reasoning.encrypted_content'] : []),
    ...(logprobs === true ? ['message.output_text.logprobs'] : []),
  ]
  return include.length > 0 ? include : undefined
}

function textFromHub({ response_format: given, verbosity }: JsonObject): JsonObject | undefined {
  const format = isObject(given) ? { type: given.type, ...objectOf(given.json_schema) } : undefined
  const text = compact({ format, verbosity: stringOf(verbosity) || undefined })
  return Object.keys(text).length > 0 ? text : undefined
}

/** A summary only for those who asked for reasoning, and not just for an effort: not every account gets one. */
function reasoningFromHub(body: JsonObject, maxTokens: number | undefined): JsonObject | undefined {
  const { effort, max_tokens, enabled, exclude } = objectOf(body.reasoning)
  const budget = numberOf(max_tokens)
  const wish =
    enabled === false
      ? 'none'
      : stringOf(effort) ||
        stringOf(body.reasoning_effort) ||
        (budget === undefined ? '' : levelOf(budget, maxTokens ?? budget * 2))
  const shown = isObject(body.reasoning) && exclude !== true && wish !== 'none'
  if (wish === '' && !(shown && enabled === true)) return undefined
  return { ...(wish !== '' && { effort: wish }), ...(shown && { summary: 'auto' }) }
}
