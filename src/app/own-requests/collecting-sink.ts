import type { ClientSink } from '../../routing/ports.ts'

/** Collects an answer that goes to no client; `signal`: nobody waits for it any more. */
export class CollectingSink implements ClientSink {
  readonly #pieces: Buffer[] = []
  readonly #signal: AbortSignal
  #onClose: (() => void) | undefined

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#pieces)
  }

  get closed(): boolean {
    return this.#signal.aborted
  }

  onClose(listener: () => void): void {
    this.#onClose = listener
    this.#signal.addEventListener('abort', listener, { once: true })
  }

  /** The request is over: a signal that lasts would keep all of it. */
  release(): void {
    if (this.#onClose) this.#signal.removeEventListener('abort', this.#onClose)
  }

  keepAlive(): void {}
  start(): void {}

  write(bytes: Buffer): boolean {
    this.#pieces.push(Buffer.from(bytes))
    return true
  }

  onDrain(): void {}

  end(bytes?: Buffer): void {
    if (bytes) this.#pieces.push(Buffer.from(bytes))
  }

  abort(): void {}
}
