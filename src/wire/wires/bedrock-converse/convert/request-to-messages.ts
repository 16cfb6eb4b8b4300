/**
 * A request of Converse as one of Messages. Left out: what only Bedrock can do (`guardrailConfig`, `promptVariables`,
 * `requestMetadata`, `performanceConfig`, response field paths), and other additional fields than Claude's.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { parseObject } from '../../../read/tolerant-json.ts'
import { compact, isObject, listOf, objectOf, refuse, stringOf } from '../../../untyped.ts'
import { blocksToMessages, cacheOf } from './blocks-to-messages.ts'

/** A limit is required there and not here: one that all models of today take. */
const DEFAULT_MAX_TOKENS = 8_192

export function requestToMessages(body: JsonObject): JsonObject {
  const inference = objectOf(body.inferenceConfig)
  const additional = objectOf(body.additionalModelRequestFields)
  const system = blocksToMessages(body.system, 'system')
  if (!Array.isArray(body.messages)) return refuse('messages', 'must be a list')
  return compact({
    model: body.model,
    max_tokens: inference.maxTokens ?? DEFAULT_MAX_TOKENS,
    system: system.length > 0 ? system : undefined,
    messages: body.messages.map((message, index) => turnOf(objectOf(message), `messages[${index}]`)),
    ...toolsOf(body),
    temperature: inference.temperature,
    top_p: inference.topP,
    top_k: additional.top_k,
    stop_sequences: inference.stopSequences,
    stream: body.stream,
    thinking: additional.thinking,
    output_config: outputOf(body, additional),
  })
}

const turnOf = ({ role, content }: JsonObject, field: string): JsonObject => ({
  role,
  content: blocksToMessages(content, `${field}.content`),
})

function toolsOf({ toolConfig, additionalModelRequestFields }: JsonObject): JsonObject {
  const { tools, toolChoice } = objectOf(toolConfig)
  const out: JsonObject[] = []
  for (const [index, tool] of listOf(tools).entries()) {
    const { toolSpec: spec, cachePoint } = objectOf(tool)
    const last = out.at(-1)
    if (isObject(cachePoint)) {
      if (last) last.cache_control = cacheOf(cachePoint)
    } else if (isObject(spec)) out.push(toolOf(spec))
    else return refuse(`toolConfig.tools[${index}]`, 'is run by Bedrock and has no form at other endpoints')
  }
  const own = objectOf(additionalModelRequestFields).tool_choice
  return out.length === 0 ? {} : compact({ tools: out, tool_choice: choiceOf(objectOf(toolChoice)) ?? own })
}

const toolOf = ({ name, description, inputSchema, strict }: JsonObject): JsonObject =>
  compact({ name, description, input_schema: objectOf(inputSchema).json, strict })

function choiceOf({ auto, any, tool }: JsonObject): JsonObject | undefined {
  if (auto) return { type: 'auto' }
  if (any) return { type: 'any' }
  return isObject(tool) ? { type: 'tool', name: tool.name } : undefined
}

function outputOf(body: JsonObject, additional: JsonObject): JsonObject | undefined {
  const format = objectOf(objectOf(body.outputConfig).textFormat)
  const { schema } = objectOf(objectOf(format.structure).jsonSchema)
  const { effort } = objectOf(additional.output_config)
  const output = compact({
    effort: effort ?? undefined,
    format: stringOf(schema) === '' ? undefined : { type: 'json_schema', schema: parseObject(stringOf(schema)) },
  })
  return Object.keys(output).length > 0 ? output : undefined
}
