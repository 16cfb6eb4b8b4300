import type { JsonObject } from '../../../plugins/api.ts'
import type { WireEvent } from '../../definition.ts'
import { objects } from '../../read/meter.ts'
import { stringOf } from '../../untyped.ts'

/** A whole response as the events of a stream. */
export function responseEvents(body: JsonObject): WireEvent[] | undefined {
  if (!Array.isArray(body.output) || body.error || body.status === 'failed') return undefined
  const status = body.status === 'incomplete' ? 'incomplete' : 'completed'
  const begun = {
    ...body,
    status: 'in_progress',
    completed_at: null,
    incomplete_details: null,
    output: [],
    usage: null,
  }
  const events: JsonObject[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...objects(body.output).flatMap(itemEvents),
    { type: `response.${status}`, response: { ...body, status } },
  ]
  return events.map((data, sequence_number) => [stringOf(data.type), { ...data, sequence_number }])
}

function itemEvents(item: JsonObject, output_index: number): JsonObject[] {
  return [
    { type: 'response.output_item.added', output_index, item: emptied(item) },
    ...innerEvents(item, { item_id: item.id, output_index }),
    { type: 'response.output_item.done', output_index, item },
  ]
}

function emptied(item: JsonObject): JsonObject {
  const out: JsonObject = { ...item, status: 'in_progress' }
  for (const key of ['content', 'summary']) if (Array.isArray(out[key])) out[key] = []
  if (item.type === 'function_call') out.arguments = ''
  if (item.type === 'custom_tool_call') out.input = ''
  return out
}

function innerEvents(item: JsonObject, at: JsonObject): JsonObject[] {
  switch (item.type) {
    case 'message':
      return objects(item.content).flatMap((part, content_index) => partEvents(part, { ...at, content_index }))
    case 'reasoning':
      return [
        ...objects(item.summary).flatMap((part, summary_index) => summaryEvents(part, { ...at, summary_index })),
        ...objects(item.content).flatMap(({ text }, content_index) =>
          deltaAndDone('response.reasoning_text', { ...at, content_index }, 'text', text),
        ),
      ]
    case 'function_call':
      return deltaAndDone('response.function_call_arguments', at, 'arguments', item.arguments, { name: item.name })
    case 'custom_tool_call':
      return deltaAndDone('response.custom_tool_call_input', at, 'input', item.input)
    default:
      return []
  }
}

function partEvents(part: JsonObject, at: JsonObject): JsonObject[] {
  const isRefusal = part.type === 'refusal'
  const key = isRefusal ? 'refusal' : 'text'
  const logprobs = isRefusal ? {} : { logprobs: part.logprobs ?? [] }
  const [delta, done] = deltaAndDone(isRefusal ? 'response.refusal' : 'response.output_text', at, key, part[key])
  return [
    { type: 'response.content_part.added', ...at, part: { ...part, [key]: '' } },
    { ...delta, ...logprobs },
    { ...done, ...logprobs },
    { type: 'response.content_part.done', ...at, part },
  ]
}

const summaryEvents = (part: JsonObject, at: JsonObject): JsonObject[] => [
  { type: 'response.reasoning_summary_part.added', ...at, part: { ...part, text: '' } },
  ...deltaAndDone('response.reasoning_summary_text', at, 'text', part.text),
  { type: 'response.reasoning_summary_part.done', ...at, part },
]

/** A text in one piece. */
const deltaAndDone = (
  type: string,
  at: JsonObject,
  key: string,
  value: unknown,
  more: JsonObject = {},
): JsonObject[] => [
  { type: `${type}.delta`, ...at, delta: stringOf(value) },
  { type: `${type}.done`, ...at, ...more, [key]: stringOf(value) },
]
