import type { IncomingHttpHeaders } from 'node:http'
import type { WholeReading } from '../ports.ts'
import type { BodyReceiver, Flow, ReceivedFailure } from './body-receiver.ts'

/** Bytes of one whole answer: images and audio in base64 fit. */
const BODY_LIMIT = 128 * 1024 * 1024

/** An answer that is sent on only when it is complete and understood. */
export class WholeReceiver implements BodyReceiver {
  reading: WholeReading | undefined
  startedMs: number | undefined
  readonly paused = false
  readonly #read: (bytes: Buffer) => WholeReading
  #chunks: Buffer[] = []
  #bytes = 0

  constructor(read: (bytes: Buffer) => WholeReading) {
    this.#read = read
  }

  begin(_headers: IncomingHttpHeaders, _flow: Flow): void {}

  data(chunk: Buffer): ReceivedFailure | undefined {
    this.#bytes += chunk.length
    if (this.#bytes > BODY_LIMIT) return { kind: 'provider_malformed', message: `the answer is larger than ${BODY_LIMIT} bytes` }
    this.#chunks.push(chunk)
    // White space keeps a connection alive and answers nothing.
    if (this.startedMs === undefined && !isBlank(chunk)) this.startedMs = performance.now()
    return undefined
  }

  end(): ReceivedFailure | undefined {
    const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    this.#chunks = []
    if (this.startedMs === undefined) return { kind: 'provider_empty', message: 'the body was empty' }
    this.startedMs = performance.now()
    const reading = this.#read(bytes)
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
