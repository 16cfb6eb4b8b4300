import type { InBandError, StreamReader } from '../../routing/codec.ts'
import type { Meter } from './meter.ts'
import { parseObject } from './tolerant-json.ts'

/** Characters of a message in which its type is looked for: makers write it first, or after an id. */
const TYPE_WITHIN = 200
const TYPE = /"type"\s*:\s*"([^"\\]*)"/
/** Of a message that says its type later, at most so many bytes are read to find it. */
const SHORT = 4096

const NOTHING: readonly Buffer[] = []

/**
 * A session of messages that come whole, each a JSON object with a type: passed on as they are. Only those that the
 * meter wants are parsed. Its end is no message: whoever sees it in order calls `end`.
 */
export class MessageReader implements StreamReader {
  readonly #meter: Meter
  readonly #wants: (type: string) => boolean
  readonly #fail: (error: InBandError) => readonly Buffer[]

  constructor(meter: Meter, wants: (type: string) => boolean, fail: (error: InBandError) => readonly Buffer[]) {
    this.#meter = meter
    this.#wants = wants
    this.#fail = fail
  }

  get started() {
    return this.#meter.started
  }

  get finished() {
    return this.#meter.finished
  }

  get errorText() {
    return this.#meter.errorText as string
  }

  get malformed() {
    return this.#meter.malformed as string
  }

  get usage() {
    return this.#meter.usage!
  }

  get upstreamId() {
    return this.#meter.upstreamId as string
  }

  get outputChars() {
    return this.#meter.outputChars
  }

  get toolCalls() {
    return this.#meter.toolCalls
  }

  /** One message. */
  push(message: Buffer): readonly Buffer[] {
    const meter = this.#meter
    const type = TYPE.exec(message.toString('latin1', 0, TYPE_WITHIN))?.[1]
    if (!meter.started || (type === undefined ? message.length <= SHORT : this.#wants(type))) this.#read(message)
    meter.events++
    return meter.errorText === undefined ? [message] : NOTHING
  }

  end(): readonly Buffer[] {
    this.#meter.finished = true
    return NOTHING
  }

  fail(error: InBandError): readonly Buffer[] {
    return this.#fail(error)
  }

  #read(message: Buffer): void {
    const data = parseObject(message.toString())
    if (data) this.#meter.event(undefined, data)
    // What it is, its client will know.
    else this.#meter.started = true
  }
}
