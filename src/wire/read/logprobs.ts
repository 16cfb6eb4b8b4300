import { editBody } from '../../base/json/edit-body.ts'
import type { JsonObject, Wire } from '../../plugins/api.ts'
import type { Call } from '../../routing/ports.ts'
import { SseParser } from '../framing/sse.ts'
import { beginsAsStream } from '../reframe/to-whole.ts'
import { wireOf } from '../wires/index.ts'
import { parseObject } from './tolerant-json.ts'

/** The request with log probabilities asked for, in its wire or on the way to the upstream's; the same when it asks. */
export function withLogprobs(call: Call): Call {
  const ask = wireOf(call.wire)?.logprobs?.ask
  if (!ask) return { ...call, asksLogprobs: true }
  const set = ask(call.body)
  return set ? { ...call, body: { ...call.body, ...set }, raw: editBody(call.raw, { set }) } : call
}

/** Mean natural logarithm of the chance of a token of an upstream's answer; undefined where it does not say. */
export function meanLogprob(wire: Wire, bytes: Buffer): number | undefined {
  const read = wireOf(wire)?.logprobs?.read
  if (!read) return undefined
  let [sum, count] = [0, 0]
  for (const body of objectsIn(bytes))
    for (const logprob of read(body)) {
      if (typeof logprob !== 'number') continue
      sum += logprob
      count++
    }
  return count > 0 ? sum / count : undefined
}

/** An answer in the client's wire without them, whole or as a stream; the same where the client asked for them. */
export function withoutLogprobs({ body: request, wire }: Pick<Call, 'body' | 'wire'>, bytes: Buffer): Buffer {
  const definition = wireOf(wire)?.logprobs
  if (!definition?.ask?.(request) || !definition.strip) return bytes
  const strip = (text: string): string => {
    const body = parseObject(text)
    const stripped = body && definition.strip!(body)
    return stripped && stripped !== body ? JSON.stringify(stripped) : text
  }
  if (!beginsAsStream(bytes)) return Buffer.from(strip(bytes.toString()))
  // Everything else of the stream stays as it is: names of events, comments, blank lines. `.` and `$` end at U+2028 too.
  return Buffer.from(bytes.toString().replace(/^data: ?(\{[^\r\n]*)/gm, (_, data: string) => `data: ${strip(data)}`))
}

/** Of a whole answer, of server-sent events, or of lines of JSON. */
function* objectsIn(bytes: Buffer): Generator<JsonObject> {
  if (beginsAsStream(bytes)) {
    const parser = new SseParser()
    const events = [...parser.push(bytes)]
    const rest = parser.end()
    for (const { data } of rest ? [...events, rest] : events) {
      const body = data ? parseObject(data) : undefined
      if (body) yield body
    }
    return
  }
  const text = bytes.toString()
  const whole = parseObject(text)
  for (const body of whole ? [whole] : text.split('\n').map((line) => parseObject(line))) if (body) yield body
}
