/** A whole answer as the events of a stream in the same wire, for a client that asked for a stream of an upstream that does not stream. */
import type { JsonObject, Wire } from '../../plugins/api.ts'
import { encodeEvent } from '../framing/sse.ts'
import { objects } from '../read/meter.ts'
import { readObject } from '../read/tolerant-json.ts'
import { isObject, objectOf, stringOf } from '../untyped.ts'

type Event = readonly [name: string | undefined, data: JsonObject | '[DONE]']

const UNFOLD: ReadonlyMap<Wire, (body: JsonObject) => Event[] | undefined> = new Map([
  ['openai-chat', (body) => choicesEvents(body, 'chat.completion.chunk', chatDelta)],
  ['openai-completions', (body) => choicesEvents(body, 'text_completion', (choice) => choice)],
  ['openai-responses', responseEvents],
  ['anthropic-messages', messageEvents],
] as const)

/** True when the answers of this wire can be told as events. */
export const hasEvents = (wire: Wire): boolean => UNFOLD.has(wire)

/** Undefined when the bytes are no answer of this wire: an error, for example. */
export function eventsOf(wire: Wire, bytes: Buffer): Buffer | undefined {
  const body = readObject(bytes, true)?.body
  const events = body && UNFOLD.get(wire)?.(body)
  return events && Buffer.concat(events.map(([name, data]) => encodeEvent(name, data === '[DONE]' ? data : JSON.stringify(data))))
}

function choicesEvents(body: JsonObject, object: string, toChoice: (choice: JsonObject) => JsonObject): Event[] | undefined {
  if (!Array.isArray(body.choices)) return undefined
  const { choices, usage, ...rest } = body
  const head = { ...rest, object }
  const began = objects(choices).map((choice, index) => ({ index, ...toChoice(choice), finish_reason: null }))
  const ended = objects(choices).map((choice, index) => ({
    ...ENDED,
    index: choice.index ?? index,
    finish_reason: choice.finish_reason ?? null,
  }))
  const last = object === 'text_completion' ? ended.map((choice) => ({ ...choice, text: '' })) : ended
  return [
    [undefined, { ...head, choices: began }],
    [undefined, { ...head, choices: last }],
    ...(isObject(usage) ? [[undefined, { ...head, choices: [], usage }] as const] : []),
    [undefined, '[DONE]'],
  ]
}

const ENDED = { delta: {} }

function chatDelta({ message, ...choice }: JsonObject): JsonObject {
  const delta = { ...objectOf(message) }
  if (Array.isArray(delta.tool_calls)) delta.tool_calls = objects(delta.tool_calls).map((call, index) => ({ ...call, index }))
  return { ...choice, delta }
}

function messageEvents(body: JsonObject): Event[] | undefined {
  if (!Array.isArray(body.content)) return undefined
  const { stop_reason, stop_sequence = null, usage, ...message } = body
  const start = { ...message, content: [], stop_reason: null, stop_sequence: null, usage: usage ?? {} }
  const blocks = objects(body.content).flatMap(blockEvents)
  return [
    named({ type: 'message_start', message: start }),
    ...blocks,
    named({ type: 'message_delta', delta: { stop_reason, stop_sequence }, usage: usage ?? {} }),
    named({ type: 'message_stop' }),
  ]
}

function blockEvents(block: JsonObject, index: number): Event[] {
  const [start, ...deltas] = pieces(block)
  return [
    named({ type: 'content_block_start', index, content_block: start! }),
    ...deltas.map((delta) => named({ type: 'content_block_delta', index, delta })),
    named({ type: 'content_block_stop', index }),
  ]
}

/** A block as it begins, and what is added to it. */
function pieces(block: JsonObject): JsonObject[] {
  switch (block.type) {
    case 'text':
      return [
        { ...block, text: '' },
        { type: 'text_delta', text: stringOf(block.text) },
      ]
    case 'thinking': {
      const start = { ...block, thinking: '', signature: '' }
      const signature = stringOf(block.signature)
      const thought = { type: 'thinking_delta', thinking: stringOf(block.thinking) }
      return signature === '' ? [start, thought] : [start, thought, { type: 'signature_delta', signature }]
    }
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return [
        { ...block, input: {} },
        { type: 'input_json_delta', partial_json: JSON.stringify(block.input ?? {}) },
      ]
    default:
      return [block]
  }
}

function responseEvents(body: JsonObject): Event[] | undefined {
  if (!Array.isArray(body.output) || body.error || body.status === 'failed') return undefined
  const status = body.status === 'incomplete' ? 'incomplete' : 'completed'
  const events: Event[] = [
    named({ type: 'response.created', response: { ...body, status: 'in_progress', output: [], usage: null } }),
    ...objects(body.output).flatMap(itemEvents),
    named({ type: `response.${status}`, response: { ...body, status } }),
  ]
  return events.map(([name, data], sequence_number) => [name, { ...(data as JsonObject), sequence_number }])
}

function itemEvents(item: JsonObject, output_index: number): Event[] {
  const at = { item_id: item.id, output_index }
  const started = { ...item, status: 'in_progress', ...(Array.isArray(item.content) && { content: [] }) }
  const inner: JsonObject[] = []
  if (item.type === 'message')
    inner.push(...objects(item.content).flatMap((part, content_index) => partEvents(part, { ...at, content_index })))
  if (item.type === 'function_call') {
    const text = stringOf(item.arguments)
    inner.push({ type: 'response.function_call_arguments.delta', ...at, delta: text })
    inner.push({ type: 'response.function_call_arguments.done', ...at, arguments: text })
  }
  return [
    { type: 'response.output_item.added', output_index, item: item.type === 'function_call' ? { ...started, arguments: '' } : started },
    ...inner,
    { type: 'response.output_item.done', output_index, item },
  ].map(named)
}

function partEvents(part: JsonObject, at: JsonObject): JsonObject[] {
  const key = part.type === 'refusal' ? 'refusal' : 'text'
  const kind = part.type === 'refusal' ? 'response.refusal' : 'response.output_text'
  const text = stringOf(part[key])
  return [
    { type: 'response.content_part.added', ...at, part: { ...part, [key]: '' } },
    { type: `${kind}.delta`, ...at, delta: text },
    { type: `${kind}.done`, ...at, [key]: text },
    { type: 'response.content_part.done', ...at, part },
  ]
}

const named = (data: JsonObject): Event => [stringOf(data.type), data]
