import type { JsonObject } from '../../../plugins/api.ts'
import type { WireEvent } from '../../definition.ts'
import { objects } from '../../read/meter.ts'
import { stringOf } from '../../untyped.ts'

/** A whole response as the events of a stream. */
export function responseEvents(body: JsonObject): WireEvent[] | undefined {
  if (!Array.isArray(body.output) || body.error || body.status === 'failed') return undefined
  const status = body.status === 'incomplete' ? 'incomplete' : 'completed'
  const events: WireEvent[] = [
    named({ type: 'response.created', response: { ...body, status: 'in_progress', output: [], usage: null } }),
    ...objects(body.output).flatMap(itemEvents),
    named({ type: `response.${status}`, response: { ...body, status } }),
  ]
  return events.map(([name, data], sequence_number) => [name, { ...(data as JsonObject), sequence_number }])
}

function itemEvents(item: JsonObject, output_index: number): WireEvent[] {
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
    {
      type: 'response.output_item.added',
      output_index,
      item: item.type === 'function_call' ? { ...started, arguments: '' } : started,
    },
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

const named = (data: JsonObject): WireEvent => [stringOf(data.type), data]
