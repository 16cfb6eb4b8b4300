import { reasonOf } from '../../base/errors.ts'
import type { BodyEdits } from '../../base/json/edit-body.ts'
import type { JsonObject } from '../../plugins/api.ts'
import type { InBandError, StreamReader } from '../../routing/codec.ts'
import type { OutEvent, StreamConverter } from '../converter.ts'
import type { FramedEvent, Framer } from '../framing/framing.ts'
import { encodeEvent } from '../framing/sse.ts'
import { isDone, NOT_JSON, readEvent } from './events.ts'
import type { Meter } from './meter.ts'
import { MeteredReader } from './metered-reader.ts'

const NOTHING: readonly Buffer[] = []
/** Bytes of one stream: converters keep what their last events repeat. As much as a whole answer may have. */
const MAX_BYTES = 128 * 1024 * 1024

/** Reads a stream in the upstream's wire and writes it in the client's, through one or two converters. */
export class ConvertedReader extends MeteredReader implements StreamReader {
  protected readonly framer: Framer
  readonly beginsAnyhow?: true
  readonly #chain: readonly StreamConverter[]
  readonly #fail: (error: InBandError) => readonly Buffer[]
  /** Edits of every event written, for the client's dialect. */
  readonly #dialect: ((data: JsonObject) => BodyEdits) | undefined
  #bytes = 0

  /** `chain`: from the upstream's wire towards the client's. */
  constructor(
    framer: Framer,
    meter: Meter,
    chain: readonly StreamConverter[],
    fail: (error: InBandError) => readonly Buffer[],
    dialect?: (data: JsonObject) => BodyEdits,
  ) {
    super(meter)
    this.framer = framer
    if (framer.beginsAnyhow) this.beginsAnyhow = true
    this.#chain = chain
    this.#fail = fail
    this.#dialect = dialect
  }

  push(chunk: Buffer): readonly Buffer[] {
    if (this.stopped) return NOTHING
    this.#bytes += chunk.length
    if (this.#bytes > MAX_BYTES) {
      this.stop(`the answer is larger than ${MAX_BYTES} bytes`)
      return NOTHING
    }
    const out: OutEvent[] = []
    for (const event of this.framer.push(chunk)) {
      this.#read(event, out)
      if (this.stopped) break
    }
    this.checkLimits()
    return this.#write(out)
  }

  end(): readonly Buffer[] {
    if (this.stopped) return NOTHING
    const out: OutEvent[] = []
    const rest = this.framer.end()
    if (rest && (isDone(rest) || readEvent(rest))) this.#read(rest, out)
    if (!this.stopped && this.spoiled) this.stop(NOT_JSON)
    if (!this.stopped && this.meter.finished) this.#finish(out)
    return this.#write(out)
  }

  fail(error: InBandError): readonly Buffer[] {
    this.stopped = true
    const events = this.#chain.at(-1)?.fail?.(error)
    return events ? this.#write(events) : this.#fail(error)
  }

  #read(event: FramedEvent, out: OutEvent[]): void {
    const { meter } = this
    if (event.blank) return
    if (isDone(event)) {
      if (this.spoiled) {
        this.stop(NOT_JSON)
        return
      }
      meter.done()
      this.#finish(out)
      return
    }
    const data = readEvent(event, true)?.data
    if (!data) {
      if (meter.started) meter.brokenEvents++
      else this.stop(NOT_JSON)
      return
    }
    meter.event(event.event, data)
    meter.events++
    if (meter.errorText !== undefined || meter.malformed !== undefined) {
      this.stop(meter.malformed)
      return
    }
    try {
      this.#convert({ ...(event.event !== undefined && { event: event.event }), data: meter.mended ?? data }, 0, out)
      if (meter.ended && this.spoiled) this.stop(NOT_JSON)
      else if (meter.ended) this.#finish(out)
    } catch (error) {
      this.stop(`an event of the stream cannot be translated: ${reasonOf(error)}`)
    }
  }

  #convert(event: OutEvent, from: number, out: OutEvent[]): void {
    const converter = this.#chain[from]
    if (!converter) out.push(event)
    else if (event.data !== '[DONE]') {
      for (const converted of converter.event(event.event, event.data)) this.#convert(converted, from + 1, out)
    }
  }

  /** The source ended well: each converter says what it has left, and the next ones hear it before they end too. */
  #finish(out: OutEvent[]): void {
    this.stopped = true
    this.#chain.forEach((converter, i) => {
      for (const event of converter.end()) this.#convert(event, i + 1, out)
    })
  }

  #write(out: readonly OutEvent[]): readonly Buffer[] {
    if (out.length < 2) return out.length === 0 ? NOTHING : [this.#encode(out[0]!)]
    return [Buffer.concat(out.map((event) => this.#encode(event)))]
  }

  #encode({ event, data }: OutEvent): Buffer {
    if (data === '[DONE]') return encodeEvent(event, data)
    return encodeEvent(event, JSON.stringify(this.#dialect ? edited(data, this.#dialect(data)) : data))
  }
}

/** The same edits as `editBody`, on an object. */
export function edited(data: JsonObject, { set = {}, remove = [] }: BodyEdits): JsonObject {
  const kept =
    remove.length === 0 ? data : Object.fromEntries(Object.entries(data).filter(([key]) => !remove.includes(key)))
  return { ...kept, ...set }
}
