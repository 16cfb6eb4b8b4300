import type { WholeReading } from '../codec.ts'
import type { BodyReceiver, ReceivedFailure } from './body-receiver.ts'

/** Bytes of one whole answer: images and audio in base64 fit. */
const BODY_LIMIT = 128 * 1024 * 1024

/** Understands a whole answer. */
interface WholeReader {
  readWhole(bytes: Buffer): WholeReading
}

/** An answer that is sent on only when it is complete and understood. */
export class WholeReceiver implements BodyReceiver {
  reading: WholeReading | undefined
  startedMs: number | undefined
  readonly paused = false
  readonly #reader: WholeReader
  #first: Buffer | undefined
  /** Those behind the first: most answers come in one. */
  #others: Buffer[] | undefined
  #bytes = 0

  constructor(reader: WholeReader) {
    this.#reader = reader
  }

  data(chunk: Buffer): ReceivedFailure | undefined {
    this.#bytes += chunk.length
    if (this.#bytes > BODY_LIMIT)
      return { kind: 'provider_malformed', message: `the answer is larger than ${BODY_LIMIT} bytes` }
    if (!this.#first) this.#first = chunk
    else if (this.#others) this.#others.push(chunk)
    else this.#others = [chunk]
    // White space keeps a connection alive and answers nothing.
    if (this.startedMs === undefined && !isBlank(chunk)) this.startedMs = performance.now()
    return undefined
  }

  end(): ReceivedFailure | undefined {
    const first = this.#first
    const bytes = first && this.#others ? Buffer.concat([first, ...this.#others]) : first
    this.#first = undefined
    this.#others = undefined
    const reading = bytes && bytes.length > 0 ? this.#reader.readWhole(bytes) : undefined
    // Nothing but white space is an answer where text was asked for, and nobody spoke.
    if (!reading || (this.startedMs === undefined && !reading.started))
      return { kind: 'provider_empty', message: 'the body was empty' }
    this.startedMs = performance.now()
    this.reading = reading
    if (reading.errorText !== undefined) return { errorText: reading.errorText }
    if (reading.malformed !== undefined) return { kind: 'provider_malformed', message: reading.malformed }
    if (!reading.started) return { kind: 'provider_empty', message: 'the answer had no output' }
    return undefined
  }
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return false
  return true
}
