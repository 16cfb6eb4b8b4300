import type { Reading } from '../codec.ts'
import type { BodyReceiver, ReceivedFailure } from './body-receiver.ts'

/** Bytes of the longest answer that is kept: longer ones go out unchecked. */
const LIMIT = 64 * 1024 * 1024

/** Hands everything on, and keeps the upstream's bytes, of which those for the client may lack something. */
export class CopyingReceiver implements BodyReceiver {
  readonly #receiver: BodyReceiver
  #pieces: Buffer[] = []
  #bytes = 0

  constructor(receiver: BodyReceiver) {
    this.#receiver = receiver
  }

  /** None, where they were too many. */
  get bytes(): Buffer {
    return Buffer.concat(this.#pieces)
  }

  get startedMs(): number | undefined {
    return this.#receiver.startedMs
  }

  get reading(): Reading | undefined {
    return this.#receiver.reading
  }

  get paused(): boolean {
    return this.#receiver.paused
  }

  data(chunk: Buffer): ReceivedFailure | undefined {
    this.#bytes += chunk.length
    if (this.#bytes <= LIMIT) this.#pieces.push(chunk)
    else this.#pieces = []
    return this.#receiver.data(chunk)
  }

  end(): ReceivedFailure | undefined {
    return this.#receiver.end()
  }

  close(): void {
    this.#receiver.close?.()
  }
}
