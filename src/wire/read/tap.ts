import type { JsonObject } from '../../plugins/api.ts'
import type { InBandError, StreamReader } from '../../routing/codec.ts'
import type { Framer } from '../framing/framing.ts'
import { encodeEvent } from '../framing/sse.ts'
import type { SseEvent } from '../framing/sse-event.ts'
import { parseAroundBlobs } from './around-blobs.ts'
import { isDone, NOT_JSON, readEvent } from './events.ts'
import type { Meter } from './meter.ts'
import { MeteredReader } from './metered-reader.ts'
import { differences, eventOf, rewritten } from './rewritten.ts'

/** What becomes of an event's bytes: passed on, taken out, or replaced. */
export type Edit = 'keep' | 'drop' | Buffer

/** Changes a passing stream, where the client's dialect asks for it. */
export interface StreamEditor {
  /** True: this stream is unusual, every event has to be parsed. */
  readonly careful: boolean
  /** An event that was only skimmed. Undefined: it cannot be edited, and has to be parsed. */
  skimmed(event: SseEvent): Edit | undefined
  parsed(event: SseEvent, data: JsonObject): Edit
}

/** What the ends of a stream look like in the client's wire. */
export interface StreamEnds {
  /** Sent when the upstream finished without its end marker. */
  readonly marker: Buffer | undefined
  fail(error: InBandError): readonly Buffer[]
}

const NOTHING: readonly Buffer[] = []

/** Longer events are parsed at once: the native parser is quicker than a look at each byte. */
const MAX_SKIMMED = 64 * 1024

/**
 * The read-only tap of an SSE stream in the client's own wire. Only whole events are passed on, so that an error event
 * can be held back and an in-band error always begins on a fresh line; a client cannot use half an event anyway. Up to
 * the first output every event is parsed, after it only those that the meter cannot understand by skimming their bytes.
 */
export class StreamTap extends MeteredReader implements StreamReader {
  protected readonly framer: Framer<SseEvent>
  readonly #editor: StreamEditor | undefined
  readonly #ends: StreamEnds
  /** What one piece goes out in: it holds until the next one is pushed. */
  #single: Buffer[] | undefined

  constructor(framer: Framer<SseEvent>, meter: Meter, ends: StreamEnds, editor?: StreamEditor) {
    super(meter)
    this.framer = framer
    this.#ends = ends
    this.#editor = editor
  }

  push(chunk: Buffer): readonly Buffer[] {
    if (this.stopped) return NOTHING
    const out = this.#pass(this.framer.push(chunk))
    this.checkLimits()
    return out
  }

  end(): readonly Buffer[] {
    if (this.stopped) return NOTHING
    const rest = this.framer.end()
    let out: readonly Buffer[] = NOTHING
    // Cut in the middle of an event: it is worth nothing. Else only the last blank line was forgotten.
    if (rest && (isDone(rest) || readEvent(rest))) {
      out = this.#pass([rest])
      if (out.length > 0) out = [...out, Buffer.from('\n\n')]
    }
    if (!this.stopped && this.spoiled) this.stop(NOT_JSON)
    const { marker } = this.#ends
    if (this.stopped || !marker || !this.meter.finished || this.meter.ended) return out
    this.meter.ended = true
    return [...out, marker]
  }

  fail(error: InBandError): readonly Buffer[] {
    this.stopped = true
    return this.#ends.fail(error)
  }

  /** The bytes of these events that go on, neighbours together: the chunk itself when all of it does. */
  #pass(events: readonly SseEvent[]): readonly Buffer[] {
    let out: Buffer[] | undefined
    let run: Buffer | undefined
    let from = 0
    let to = 0
    // By index: an iterator gives an object for each event.
    for (let place = 0; place < events.length; place++) {
      const event = events[place]!
      const verdict = this.#take(event)
      if (verdict === 'keep' && run === event.buffer && to === event.start) {
        to = event.end
        continue
      }
      if (run) out = this.#add(out, part(run, from, to))
      run = undefined
      if (verdict === 'keep') {
        run = event.buffer
        from = event.start
        to = event.end
      } else if (verdict !== 'drop') out = this.#add(out, verdict)
      if (this.stopped) break
    }
    if (run) out = this.#add(out, part(run, from, to))
    return out ?? NOTHING
  }

  #add(list: Buffer[] | undefined, bytes: Buffer): Buffer[] {
    if (list && list === this.#single) return [list[0]!, bytes]
    if (list) {
      list.push(bytes)
      return list
    }
    if (this.#single) this.#single[0] = bytes
    else this.#single = [bytes]
    return this.#single
  }

  #take(event: SseEvent): Edit {
    const meter = this.meter
    const editor = this.#editor
    // Whatever an upstream still says, the client has got the end marker.
    if (meter.ended) return event.dataStart < 0 && event.data === undefined ? 'keep' : 'drop'
    const short = event.end - event.start <= MAX_SKIMMED
    if (short && event.dataStart >= 0 && meter.isSkimmable && !meter.json && !editor?.careful && meter.skim(event)) {
      const verdict = editor ? editor.skimmed(event) : 'keep'
      if (verdict !== undefined) {
        meter.events++
        return verdict
      }
    }
    if (event.blank) return 'keep'
    if (isDone(event)) {
      if (this.spoiled) return this.#drop(NOT_JSON)
      meter.done()
      return 'keep'
    }
    const read = this.#aroundBlobs(event) ?? readEvent(event)
    if (!read) return this.#broken()
    const { data } = read
    const own = read.mended === undefined ? event : eventOf(encodeEvent(event.event, read.mended))
    meter.event(event.event, data)
    meter.events++
    if (meter.errorText !== undefined || meter.malformed !== undefined) return this.#drop(meter.malformed)
    if (meter.ended && this.spoiled) return this.#drop(NOT_JSON)
    const { mended } = meter
    const shown = mended ? rewritten(own, differences(data, mended)) : own
    const verdict = editor ? editor.parsed(shown, mended ?? data) : 'keep'
    return verdict === 'keep' && shown !== event ? shown.raw : verdict
  }

  #aroundBlobs(event: SseEvent): ReturnType<typeof readEvent> {
    const { blob } = this.meter
    if (blob === undefined || event.dataStart < 0) return undefined
    const data = parseAroundBlobs(event.buffer, blob, event.dataStart, event.dataEnd)
    return data && { data }
  }

  /** One event that is no JSON object does not spoil the others, once there is output that cannot be taken back. */
  #broken(): Edit {
    if (!this.meter.started) return this.#drop(NOT_JSON)
    this.meter.brokenEvents++
    return 'drop'
  }

  #drop(malformed: string | undefined): Edit {
    this.stop(malformed)
    return 'drop'
  }
}

/** The same Buffer when it is all of it. */
const part = (bytes: Buffer, from: number, to: number): Buffer =>
  from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to)
