import type { Usage } from '../../plugins/api.ts'
import type { ReadContext, StreamReader } from '../../routing/codec.ts'
import type { ByteMeter } from '../definition.ts'
import { errorIn } from './generic.ts'

/** Of an answer that is none, the bytes that are read to understand it. */
const MAX_HELD = 64 * 1024
const UNKNOWN_TYPE = 'application/octet-stream'
/** What bytes are announced as when they are no sound or picture. */
const TEXTUAL = /^\s*(?:application\/(?:[\w.-]+\+)?json|application\/problem|text\/html|application\/xml|text\/xml)\b/i
/** Text that no format of sound or pictures begins with; one byte alone may be a sample of PCM. */
const BEGINS_AS_TEXT = /^\s*(?:\{\s*"[\x20-\x7e]|<(?:!doctype|html|\?xml)\b)/i
const SNIFFED = 64

/**
 * A stream of bytes that have no events: they go on as they come, and the first one is the first output. An answer that
 * says, or shows, that it is text is none; it is held back, since it is an error or a page of something in between.
 */
export class BytesReader implements StreamReader {
  readonly beginsAnyhow = true
  readonly contentType: string
  started = false
  finished = false
  errorText?: string
  malformed?: string
  readonly outputChars = 0
  readonly toolCalls = 0
  readonly #meter: ByteMeter | undefined
  #held: Buffer[] | undefined
  #heldBytes = 0

  constructor({ contentType = UNKNOWN_TYPE }: ReadContext, meter: ByteMeter | undefined) {
    this.contentType = contentType
    this.#meter = meter
    if (TEXTUAL.test(contentType)) this.#held = []
  }

  push(chunk: Buffer): readonly Buffer[] {
    if (chunk.length === 0 || this.malformed !== undefined) return NOTHING
    if (!this.started && BEGINS_AS_TEXT.test(chunk.toString('latin1', 0, Math.min(chunk.length, SNIFFED))))
      this.#held ??= []
    if (this.#held) return this.#hold(this.#held, chunk)
    this.started = true
    this.#meter?.add(chunk)
    return [chunk]
  }

  end(): readonly Buffer[] {
    if (this.#held) this.#judge(Buffer.concat(this.#held))
    else this.finished = true
    return NOTHING
  }

  /** Also of what broke off. */
  get usage(): Usage {
    return (this.started ? this.#meter?.usage() : undefined)!
  }

  /** Nothing can be said in the midst of bytes. */
  fail(): readonly Buffer[] {
    return NOTHING
  }

  #hold(held: Buffer[], chunk: Buffer): readonly Buffer[] {
    held.push(chunk)
    this.#heldBytes += chunk.length
    if (this.#heldBytes > MAX_HELD) this.#judge(Buffer.concat(held))
    return NOTHING
  }

  #judge(bytes: Buffer): void {
    if (bytes.length === 0) {
      this.finished = true
      return
    }
    const errorText = errorIn(bytes)
    if (errorText === undefined)
      this.malformed = `it answered with text (${this.contentType}) where bytes were asked for`
    else this.errorText = errorText
  }
}

const NOTHING: readonly Buffer[] = []
