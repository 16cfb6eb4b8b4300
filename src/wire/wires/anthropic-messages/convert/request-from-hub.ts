/**
 * An `openai-chat` request as an `anthropic-messages` request.
 *
 * Added: `max_tokens` when absent (`Traits.defaultMaxTokens`), since Anthropic requires it; for `response_format:
 * json_object`, which it lacks, an instruction in `system`. Changed: temperature above 1 becomes 1; `developer` and
 * later system messages are hoisted; schemas lose what Anthropic refuses. Left out, since Anthropic refuses fields that
 * it does not know: audio output aside, everything not named below (`seed`, `logprobs`, `logit_bias`, penalties,
 * `min_p`, `top_a`, `prediction`, `store`, `metadata`, `prompt_cache_key`, `verbosity`, `stream_options`, `name` of
 * messages, `detail` of images, ...); sampling parameters where the model refuses them, or thinks (Anthropic's rules in
 * `models.ts`); reasoning without Claude's signature. Refused: `n` above 1, audio, web search options, `functions`,
 * custom tools, parts and files that have no form there.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { compact, isObject, listOf, numberOf, objectOf, refuse, stringOf } from '../../../untyped.ts'
import { type Conversation, contentOf, conversationFromHub, type Turn } from './messages-from-hub.ts'
import { type Traits, traitsOf } from './models.ts'
import { schemaFromHub } from './schema.ts'
import { type Thinking, thinkingFromHub } from './thinking-from-hub.ts'
import { toolsFromHub } from './tools-from-hub.ts'

/** Anthropic's own fields, sent on when an OpenAI client adds them to its body. */
const NATIVE = ['cache_control', 'container', 'context_management', 'inference_geo', 'mcp_servers', 'speed']
/** OpenAI's tiers as Anthropic's; `flex` and `scale` have no counterpart. */
const TIERS: Readonly<Record<string, string>> = {
  auto: 'auto',
  priority: 'auto',
  fast: 'auto',
  default: 'standard_only',
}
const JSON_ONLY = 'Answer with a single JSON object and nothing else: no prose and no code fence.'

export function requestFromHub(body: JsonObject): JsonObject {
  refuseUntranslatable(body)
  const traits = traitsOf(body.model)
  const conversation = conversationFromHub(body.messages)
  const tools = toolsFromHub(body, traits)
  const maxTokens = numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens) ?? defaultMaxTokens(body, traits)
  const forcedTool = tools.tool_choice?.type === 'any' || tools.tool_choice?.type === 'tool'
  const thinking = thinkingFromHub(body, {
    maxTokens,
    traits,
    forcedTool,
    unthoughtLoop: isUnthoughtLoop(conversation.turns),
  })
  const stop = (typeof body.stop === 'string' ? [body.stop] : listOf(body.stop)).filter(
    (word) => stringOf(word).trim() !== '',
  )
  return compact({
    model: body.model,
    max_tokens: maxTokens,
    system: systemOf(conversation, body.response_format),
    messages: conversation.turns.map(({ role, content }) => ({ role, content: contentOf(content) })),
    ...tools,
    stop_sequences: stop.length > 0 ? stop : undefined,
    stream: body.stream === true ? true : undefined,
    metadata: userOf(body),
    service_tier: TIERS[stringOf(body.service_tier)],
    thinking: thinking.thinking,
    output_config: outputOf(body.response_format, thinking),
    ...samplingOf(body, traits, thinking),
    ...Object.fromEntries(NATIVE.map((key) => [key, body[key] ?? undefined])),
  })
}

function refuseUntranslatable(body: JsonObject): void {
  if ((numberOf(body.n) ?? 1) > 1) refuse('n', 'must be 1: an anthropic-messages endpoint gives one choice')
  if (isObject(body.audio) || listOf(body.modalities).some((kind) => kind !== 'text'))
    refuse('modalities', 'may only be text at an anthropic-messages endpoint')
  if (isObject(body.web_search_options)) refuse('web_search_options', 'has no form at an anthropic-messages endpoint')
}

/** An explicit thinking budget gets room for the answer beside it. */
function defaultMaxTokens(body: JsonObject, traits: Traits): number {
  const budget = numberOf(objectOf(body.reasoning).max_tokens) ?? numberOf(objectOf(body.thinking).budget_tokens) ?? 0
  return Math.max(traits.defaultMaxTokens, budget + 4096)
}

/** The conversation ends in a tool loop whose first assistant turn does not begin with thinking. */
function isUnthoughtLoop(turns: readonly Turn[]): boolean {
  let first: Turn | undefined
  for (let at = turns.length - 1; at > 0 && turns[at]?.content[0]?.type === 'tool_result'; at -= 2)
    first = turns[at - 1]
  const type = first?.content[0]?.type
  return first !== undefined && type !== 'thinking' && type !== 'redacted_thinking'
}

function systemOf({ system }: Conversation, format: unknown): unknown {
  const blocks = objectOf(format).type === 'json_object' ? [...system, { type: 'text', text: JSON_ONLY }] : system
  return blocks.length === 0 ? undefined : contentOf(blocks)
}

function userOf(body: JsonObject): JsonObject | undefined {
  const user = stringOf(body.user) || stringOf(body.safety_identifier)
  return user ? { user_id: user } : undefined
}

function outputOf(format: unknown, { effort }: Thinking): JsonObject | undefined {
  const schema = objectOf(format).type === 'json_schema' ? objectOf(objectOf(format).json_schema).schema : undefined
  const output = compact({
    effort,
    format: isObject(schema) ? { type: 'json_schema', schema: schemaFromHub(schema) } : undefined,
  })
  return Object.keys(output).length > 0 ? output : undefined
}

/** Source: Anthropic's page on thinking, "sampling parameters". */
function samplingOf(body: JsonObject, traits: Traits, { thinking }: Thinking): JsonObject {
  if (!traits.sampling) return {}
  const given = numberOf(body.temperature)
  const temperature = given === undefined ? undefined : Math.min(Math.max(given, 0), 1)
  const topP = traits.oneSampler && temperature !== undefined ? undefined : numberOf(body.top_p)
  if (thinking && thinking.type !== 'disabled') return topP !== undefined && topP >= 0.95 ? { top_p: topP } : {}
  return compact({ temperature, top_p: topP, top_k: numberOf(body.top_k) })
}
