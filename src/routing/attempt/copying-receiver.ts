import type { Reading } from '../codec.ts'
import type { BodyReceiver, ReceivedFailure } from './body-receiver.ts'

/** Hands everything on, and keeps the upstream's bytes, of which those for the client may lack something. */
export class CopyingReceiver implements BodyReceiver {
  readonly #receiver: BodyReceiver
  readonly #pieces: Buffer[] = []

  constructor(receiver: BodyReceiver) {
    this.#receiver = receiver
  }

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
    this.#pieces.push(chunk)
    return this.#receiver.data(chunk)
  }

  end(): ReceivedFailure | undefined {
    return this.#receiver.end()
  }

  close(): void {
    this.#receiver.close?.()
  }
}
