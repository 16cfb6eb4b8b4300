import { type BodyEdits, editBody } from '../../base/json/edit-body.ts'
import type { JsonObject } from '../../plugins/api.ts'
import { encodeEvent } from '../framing/sse.ts'
import { SseEvent } from '../framing/sse-event.ts'

/** What tells `mended` from `data`, at the top. */
export function differences(data: JsonObject, mended: JsonObject): BodyEdits {
  const set = Object.fromEntries(Object.entries(mended).filter(([key, value]) => value !== data[key]))
  return { set, remove: Object.keys(data).filter((key) => !(key in mended)) }
}

/** The event with its data edited; all other lines keep their bytes. The same event when nothing changes. */
export function rewritten(event: SseEvent, edits: BodyEdits): SseEvent {
  const { buffer, start, end, dataStart, dataEnd } = event
  if (dataStart < 0) return eventOf(encodeEvent(event.event, editBody(Buffer.from(event.data ?? ''), edits).toString()))
  const data = buffer.subarray(dataStart, dataEnd)
  const edited = editBody(data, edits)
  if (edited === data) return event
  return eventOf(
    Buffer.concat([buffer.subarray(start, dataStart), edited, buffer.subarray(dataEnd, end)]),
    event.loneCr,
  )
}

export const eventOf = (bytes: Buffer, loneCr = false): SseEvent => new SseEvent(bytes, 0, bytes.length, loneCr)
