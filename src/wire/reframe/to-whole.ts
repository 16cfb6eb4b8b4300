/**
 * The events of a stream as a whole answer in the same wire, for a client that asked for a whole one of an upstream
 * that streams all the same.
 */
import type { Wire } from '../../plugins/api.ts'
import { SseParser } from '../framing/sse.ts'
import { isDone } from '../read/events.ts'
import { parseObject, withoutNaN } from '../read/tolerant-json.ts'
import { wireOf } from '../wires/index.ts'

const OPEN_BRACE = 0x7b
const FIELD = /^\s*(data|event|id|retry)?:/

/** True when the bytes begin as a stream does, which JSON never does. */
export const beginsAsStream = (bytes: Buffer): boolean =>
  bytes[0] !== OPEN_BRACE && FIELD.test(bytes.toString('latin1', bytes[0] === 0xef ? 3 : 0, 200))

/** The answer, or the error that it ended with, as JSON. Undefined when the stream was cut, or cannot be read. */
export function wholeOf(wire: Wire, bytes: Buffer): Buffer | undefined {
  const fold = wireOf(wire)?.events?.fold()
  if (!fold) return undefined
  const parser = new SseParser()
  const events = [...parser.push(bytes)]
  const rest = parser.end()
  if (rest) events.push(rest)
  let done = false
  for (const event of events) {
    if (!event.data) continue
    done ||= isDone(event)
    if (isDone(event)) continue
    const data = parseObject(event.data) ?? parseObject(withoutNaN(event.data) ?? '')
    if (!data) return undefined
    if (data.error || data.type === 'error') return Buffer.from(JSON.stringify(data))
    fold.event(event.event, data)
  }
  const text = fold.end(done)
  return text === undefined ? undefined : Buffer.from(text)
}
