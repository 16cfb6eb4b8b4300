import type { Deadline, DeadlineWheel } from '../../base/deadline-wheel.ts'
import { RouterError } from '../../base/errors.ts'
import type { ClientAnswer } from '../attempt/context.ts'
import type { Codec } from '../codec.ts'
import type { AnswerHead, Call, ClientSink } from '../ports.ts'

/**
 * The answer to a client, with signs of life while it waits for a stream. Once there was one, an error can be reported
 * in-band only.
 */
export class Answer implements ClientAnswer {
  readonly sink: ClientSink
  committed = false
  readonly #call: Call
  readonly #codec: Codec
  #keepAlive: Deadline | undefined
  #showedLife = false

  /** `everyMs`: between two signs of life; Infinity for none. */
  constructor(call: Call, sink: ClientSink, codec: Codec, wheel: DeadlineWheel, everyMs: number) {
    this.sink = sink
    this.#call = call
    this.#codec = codec
    const bytes = call.stream && Number.isFinite(everyMs) ? codec.keepAlive(call.wire) : undefined
    if (bytes) this.#showLife(bytes, wheel, everyMs)
  }

  start(head: AnswerHead): void {
    this.committed = true
    this.#keepAlive?.cancel()
    this.sink.start(head)
  }

  /**
   * There is no answer. False: nothing was sent yet, so that the error can be reported with its status, or it is a
   * defect.
   */
  fail(error: unknown): boolean {
    this.close()
    if (!this.#showedLife || this.committed || !(error instanceof RouterError)) return false
    const { status, type, message } = error
    for (const bytes of this.#codec.refusal(this.#call, { status, type, message, endpoint: '' })) this.sink.write(bytes)
    this.sink.end()
    return true
  }

  close(): void {
    this.#keepAlive?.cancel()
  }

  #showLife(bytes: Buffer, wheel: DeadlineWheel, everyMs: number): void {
    this.#keepAlive = wheel.add(everyMs, () => {
      if (this.sink.closed) return
      this.#showedLife = true
      this.sink.keepAlive(bytes, this.#call.id)
      this.#showLife(bytes, wheel, everyMs)
    })
  }
}
