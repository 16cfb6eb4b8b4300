/**
 * An `openai-chat` request as one of Converse, with what `anthropic-messages/convert/request-from-hub.ts` changes, and:
 * no limit of tokens where none was given, since the model's own holds; what the model has no form for is left out
 * (`top_k`, reasoning, cache marks), or told to it in `system` (JSON schemas). Refused: images and files by address.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { HubOptions } from '../../../converter.ts'
import { compact, isObject, listOf, numberOf, objectOf, stringOf } from '../../../untyped.ts'
import { messagesConverter } from '../../anthropic-messages/convert/index.ts'
import { BlocksFromMessages } from './blocks-from-messages.ts'
import { type ConverseTraits, traitsOf } from './models.ts'
import { reasoningFields } from './reasoning.ts'
import { toolConfig } from './tools-from-messages.ts'

/** Converse's own fields, sent on when a client adds them to its body. */
const NATIVE = [
  'additionalModelResponseFieldPaths',
  'guardrailConfig',
  'performanceConfig',
  'promptVariables',
  'requestMetadata',
]
const TIERS: ReadonlySet<unknown> = new Set(['priority', 'default', 'flex', 'reserved'])

export function requestFromHub(hub: JsonObject, options?: HubOptions): JsonObject {
  const traits = traitsOf(hub.model)
  const messages = messagesConverter.requestFromHub(hub, options)
  const blocks = new BlocksFromMessages(traits)
  const { fields, unlimited } = reasoningFields(hub, messages, traits)
  return compact({
    messages: turnsOf(messages, blocks),
    system: filled([...blocks.blocks(messages.system), ...schemaPrompt(hub, traits)]),
    inferenceConfig: unlimited ? undefined : filledObject(inferenceOf(hub, messages, traits)),
    toolConfig: toolConfig(messages, blocks, traits),
    outputConfig: outputConfig(hub, messages, traits),
    serviceTier: TIERS.has(hub.service_tier) ? { type: hub.service_tier } : undefined,
    additionalModelRequestFields: filledObject({
      ...topK(hub, messages, traits),
      ...fields,
      ...singleCall(messages, traits),
      ...objectOf(hub.additionalModelRequestFields),
    }),
    ...Object.fromEntries(NATIVE.map((key) => [key, hub[key] ?? undefined])),
  })
}

function turnsOf({ messages, cache_control: cache }: JsonObject, blocks: BlocksFromMessages): JsonObject[] {
  const turns = listOf(messages).map((turn) => {
    const { role, content } = objectOf(turn)
    return { role, content: blocks.blocks(content) }
  })
  // Of the whole request: up to its end.
  turns.at(-1)?.content.push(...blocks.cachePoint({ cache_control: cache }))
  return turns
}

/** A limit that nobody gave is needed only beside a budget for thinking. */
function inferenceOf(hub: JsonObject, messages: JsonObject, { claude }: ConverseTraits): JsonObject {
  const given = hub.max_completion_tokens ?? hub.max_tokens ?? undefined
  const budget = claude ? objectOf(messages.thinking).budget_tokens : undefined
  return compact({
    maxTokens: given === undefined && budget === undefined ? undefined : messages.max_tokens,
    temperature: messages.temperature,
    topP: messages.top_p,
    stopSequences: messages.stop_sequences,
  })
}

function topK(hub: JsonObject, messages: JsonObject, { claude, topK: path }: ConverseTraits): JsonObject {
  const value = claude ? messages.top_k : numberOf(hub.top_k)
  if (value === undefined || path === undefined) return {}
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as JsonObject
}

/** Converse has no word for one call at a time; Claude's own does it. */
function singleCall({ tool_choice: choice }: JsonObject, { claude, strictTools }: ConverseTraits): JsonObject {
  const { type, disable_parallel_tool_use: single } = objectOf(choice)
  return claude && strictTools && single === true && type === 'auto' ? { tool_choice: choice } : {}
}

/** The schema that is asked for, in the form that the model takes. */
function wantedSchema(hub: JsonObject): JsonObject | undefined {
  const format = objectOf(hub.response_format)
  const wanted = objectOf(format.json_schema)
  return format.type === 'json_schema' && isObject(wanted.schema) ? wanted : undefined
}

function outputConfig(
  hub: JsonObject,
  messages: JsonObject,
  { claude, schemas }: ConverseTraits,
): JsonObject | undefined {
  const wanted = wantedSchema(hub)
  if (!wanted || !schemas) return undefined
  const schema = claude ? objectOf(objectOf(messages.output_config).format).schema : wanted.schema
  const jsonSchema = compact({
    schema: JSON.stringify(schema),
    name: stringOf(wanted.name) || 'answer',
    description: wanted.description ?? undefined,
  })
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } }
}

function schemaPrompt(hub: JsonObject, { schemas }: ConverseTraits): JsonObject[] {
  const wanted = wantedSchema(hub)
  if (!wanted || schemas) return []
  const text = `Answer with a single JSON object and nothing else: no prose and no code fence. It must fit this JSON schema: ${JSON.stringify(wanted.schema)}`
  return [{ text }]
}

const filled = (list: JsonObject[]): JsonObject[] | undefined => (list.length > 0 ? list : undefined)
const filledObject = (object: JsonObject): JsonObject | undefined =>
  Object.keys(object).length > 0 ? object : undefined
