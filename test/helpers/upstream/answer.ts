import type { Answer, Json, ReceivedRequest, ToolCall } from './types.ts'

export interface AnswerOptions {
  text?: string
  /** How many deltas the text is streamed in. Default 4. */
  chunks?: number
  reasoning?: string
  toolCalls?: readonly Partial<ToolCall>[]
  finishReason?: Answer['finishReason']
  usage?: Partial<Answer['usage']>
  id?: string
  /** The model named in the answer. Default: the one that was asked for. */
  model?: string
}

let counter = 0

/**
 * What the model says to `request`. Unless told otherwise it does as asked: calls an offered tool, obeys a JSON schema,
 * else greets.
 */
export function answerTo(
  request: ReceivedRequest,
  options: AnswerOptions = {},
  defaultText = 'Hello from the upstream.',
): Answer {
  counter += 1
  const schema = schemaIn(request.json)
  const toolCalls = (options.toolCalls ?? (options.text === undefined ? impliedCalls(request) : [])).map(
    (call, index) => ({
      id: call.id ?? `call_${counter}_${index}`,
      name: call.name ?? 'get_weather',
      arguments: call.arguments ?? '{"city":"Paris"}',
    }),
  )
  const text = options.text ?? (toolCalls.length > 0 ? '' : schema ? JSON.stringify(exampleOf(schema)) : defaultText)
  return {
    id:
      options.id ??
      `${request.wire === 'anthropic-messages' ? 'msg' : 'chatcmpl'}_${counter.toString().padStart(8, '0')}`,
    model: options.model ?? request.model,
    created: 1_790_000_000 + counter,
    text,
    pieces: splitEvenly(text, options.chunks ?? 4),
    reasoning: options.reasoning ?? '',
    toolCalls,
    finishReason: options.finishReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
    usage: { input: 11, output: 7, cached: 0, ...options.usage },
  }
}

function splitEvenly(text: string, count: number): string[] {
  const size = Math.max(1, Math.ceil(text.length / count))
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  )
}

/** A call of the first tool, when tools are offered (in either wire) and none has answered yet. */
function impliedCalls({ json: body, body: bytes }: ReceivedRequest): Partial<ToolCall>[] {
  const tools = body.tools as Json[] | undefined
  const choice = body.tool_choice as Json | string | undefined
  if (
    !tools?.length ||
    choice === 'none' ||
    (typeof choice === 'object' && choice.type === 'none') ||
    TOOL_RESULT.test(bytes.toString())
  )
    return []
  const tool = tools[0] as Json
  const fn = (tool.function ?? tool) as Json
  const schema = (fn.parameters ?? fn.input_schema ?? {}) as Json
  return [{ name: String(fn.name), arguments: JSON.stringify(exampleOf(schema)) }]
}

const TOOL_RESULT = /"role":"tool"|"type":"tool_result"|"type":"function_call_output"/

/** The JSON schema asked for, in any of the wires' places. */
function schemaIn(body: Json): Json | undefined {
  const chat = body.response_format as { type?: string; json_schema?: { schema?: Json } } | undefined
  const anthropic =
    (body.output_config as { format?: { schema?: Json } } | undefined)?.format ??
    (body.output_format as { schema?: Json } | undefined)
  const responses = (body.text as { format?: { schema?: Json } } | undefined)?.format
  return (
    chat?.json_schema?.schema ??
    anthropic?.schema ??
    responses?.schema ??
    (chat?.type === 'json_object' ? {} : undefined)
  )
}

/** A value that obeys a simple JSON schema. */
function exampleOf(schema: Json): unknown {
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (type === 'string') return 'Paris'
  if (type === 'number' || type === 'integer') return 7
  if (type === 'boolean') return true
  if (type === 'array') return [exampleOf((schema.items ?? {}) as Json)]
  const properties = (schema.properties ?? {}) as Record<string, Json>
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, exampleOf(value)]))
}
