import type { JsonObject } from '../../plugins/api.ts'
import type { FramedEvent } from '../framing/framing.ts'
import { SseEvent } from '../framing/sse-event.ts'
import { parseObject, withoutNaN } from './tolerant-json.ts'

export const NOT_JSON = 'an event of the stream is not a JSON object'

/** The end marker `[DONE]`. */
export function isDone(event: FramedEvent): boolean {
  // Data in several lines has no range; all other data need not be decoded for this.
  if (event instanceof SseEvent && event.dataStart >= 0 && event.buffer[event.dataStart] !== 0x5b) return false
  return event.data?.trimEnd() === '[DONE]'
}

/**
 * The object in the event; undefined when there is none. `mended`: its text as proper JSON, where it was not. `exact`:
 * what a model says to a tool keeps its numbers.
 */
export function readEvent(
  event: FramedEvent,
  exact = false,
): { readonly data: JsonObject; readonly mended?: string } | undefined {
  const text = event.data ?? ''
  const data = parseObject(text, exact)
  if (data) return { data }
  const mended = withoutNaN(text)
  const again = mended === undefined ? undefined : parseObject(mended, exact)
  return again && { data: again, mended: mended! }
}
