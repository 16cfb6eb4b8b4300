import type { AnswerHead, ClientSink, Explained } from '../../routing/ports.ts'

/** Longer answers are not judged. */
const MAX_BYTES = 64 * 1024

/** Hands everything on, and a copy of the answer to `onAnswer` once it is over, unless it is too long or failed. */
export class CopyingSink implements ClientSink {
  readonly #sink: ClientSink
  readonly #onAnswer: (bytes: Buffer) => void
  #pieces: Buffer[] | undefined = []
  #length = 0

  constructor(sink: ClientSink, onAnswer: (bytes: Buffer) => void) {
    this.#sink = sink
    this.#onAnswer = onAnswer
  }

  get closed(): boolean {
    return this.#sink.closed
  }

  onClose(listener: () => void): void {
    this.#sink.onClose(listener)
  }

  explain(run: Explained): void {
    this.#sink.explain?.(run)
  }

  keepAlive(bytes: Buffer, generationId: string): void {
    this.#sink.keepAlive(bytes, generationId)
  }

  start(answer: AnswerHead): void {
    if (answer.status !== 200) this.#pieces = undefined
    this.#sink.start(answer)
  }

  write(bytes: Buffer): boolean {
    this.#copy(bytes)
    return this.#sink.write(bytes)
  }

  onDrain(listener: () => void): void {
    this.#sink.onDrain(listener)
  }

  end(bytes?: Buffer): void {
    if (bytes) this.#copy(bytes)
    this.#sink.end(bytes)
    if (this.#pieces) this.#onAnswer(Buffer.concat(this.#pieces))
    this.#pieces = undefined
  }

  abort(): void {
    this.#pieces = undefined
    this.#sink.abort()
  }

  #copy(bytes: Buffer): void {
    this.#length += bytes.length
    if (this.#length > MAX_BYTES) this.#pieces = undefined
    // What is written may be used again by who wrote it.
    this.#pieces?.push(Buffer.from(bytes))
  }
}
