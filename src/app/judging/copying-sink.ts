import { PassingSink } from '../../routing/passing-sink.ts'
import type { AnswerHead, ClientSink } from '../../routing/ports.ts'

/** Longer answers are not judged. */
const MAX_BYTES = 64 * 1024

/** Hands everything on, and a copy of the answer to `onAnswer` once it is over, unless it is too long or failed. */
export class CopyingSink extends PassingSink {
  readonly #onAnswer: (bytes: Buffer) => void
  #pieces: Buffer[] | undefined = []
  #length = 0

  constructor(sink: ClientSink, onAnswer: (bytes: Buffer) => void) {
    super(sink)
    this.#onAnswer = onAnswer
  }

  override start(head: AnswerHead): void {
    if (head.status !== 200) this.#pieces = undefined
    super.start(head)
  }

  override write(bytes: Buffer): boolean {
    this.#copy(bytes)
    return super.write(bytes)
  }

  override end(bytes?: Buffer): void {
    if (bytes) this.#copy(bytes)
    super.end(bytes)
    if (this.#pieces) this.#onAnswer(Buffer.concat(this.#pieces))
    this.#pieces = undefined
  }

  override abort(): void {
    this.#pieces = undefined
    super.abort()
  }

  #copy(bytes: Buffer): void {
    this.#length += bytes.length
    if (this.#length > MAX_BYTES) this.#pieces = undefined
    // What is written may be used again by who wrote it.
    this.#pieces?.push(Buffer.from(bytes))
  }
}
