/**
 * A whole answer as the events of a stream in the same wire, for a client that asked for a stream of an upstream that
 * does not stream.
 */
import type { Wire } from '../../plugins/api.ts'
import { encodeEvent } from '../framing/sse.ts'
import { readObject } from '../read/tolerant-json.ts'
import { wireOf } from '../wires/index.ts'

/** Undefined when the bytes are no answer of this wire: an error, for example. */
export function eventsOf(wire: Wire, bytes: Buffer): Buffer | undefined {
  const body = readObject(bytes, true)?.body
  const events = body && wireOf(wire)?.events?.unfold(body)
  return (
    events &&
    Buffer.concat(events.map(([name, data]) => encodeEvent(name, data === '[DONE]' ? data : JSON.stringify(data))))
  )
}
