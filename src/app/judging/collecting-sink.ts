import type { ClientSink } from '../../routing/ports.ts'

/** Collects an answer that nobody waits for. */
export class CollectingSink implements ClientSink {
  readonly #pieces: Buffer[] = []
  readonly closed = false

  get bytes(): Buffer {
    return Buffer.concat(this.#pieces)
  }

  onClose(): void {}
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
