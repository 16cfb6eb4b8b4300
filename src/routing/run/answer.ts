import { Deadline, type DeadlineWheel } from '../../base/deadline-wheel.ts'
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
  readonly #signs: SignsOfLife | undefined

  /** `everyMs`: between two signs of life; Infinity for none. */
  constructor(call: Call, sink: ClientSink, codec: Codec, wheel: DeadlineWheel, everyMs: number) {
    this.sink = sink
    this.#call = call
    this.#codec = codec
    const bytes = call.stream && Number.isFinite(everyMs) ? codec.keepAlive(call.wire) : undefined
    if (bytes) this.#signs = new SignsOfLife(sink, bytes, call.id, wheel, everyMs)
  }

  start(head: AnswerHead): void {
    this.committed = true
    this.#signs?.cancel()
    this.sink.start(head)
  }

  /**
   * There is no answer. False: nothing was sent yet, so that the error can be reported with its status, or it is a
   * defect.
   */
  fail(error: unknown): boolean {
    this.close()
    if (!this.#signs?.shown || this.committed || !(error instanceof RouterError)) return false
    const { status, type, message } = error
    for (const bytes of this.#codec.refusal(this.#call, { status, type, message, endpoint: '' })) this.sink.write(bytes)
    this.sink.end()
    return true
  }

  close(): void {
    this.#signs?.cancel()
  }
}

/** Of one stream. */
class SignsOfLife extends Deadline {
  /** There was one. */
  shown = false
  readonly #sink: ClientSink
  readonly #bytes: Buffer
  readonly #id: string
  readonly #everyMs: number

  constructor(sink: ClientSink, bytes: Buffer, id: string, wheel: DeadlineWheel, everyMs: number) {
    super(wheel)
    this.#sink = sink
    this.#bytes = bytes
    this.#id = id
    this.#everyMs = everyMs
    this.expireAfter(everyMs)
  }

  onExpire(): void {
    if (this.#sink.closed) return
    this.shown = true
    this.#sink.keepAlive(this.#bytes, this.#id)
    this.expireAfter(this.#everyMs)
  }
}
