import type { Deadline, DeadlineWheel } from '../../base/deadline-wheel.ts'
import { RouterError } from '../../base/errors.ts'
import type { Call, ClientSink, Codec } from '../ports.ts'

interface KeepAliveParts {
  readonly call: Call
  readonly sink: ClientSink
  readonly codec: Codec
  readonly wheel: DeadlineWheel
  readonly everyMs: number
  /** The answer has begun. */
  readonly committed: () => boolean
}

/** Signs of life to a client that waits for a stream. Once there was one, an error can be told in-band only. */
export class KeepAlive {
  readonly #parts: KeepAliveParts
  readonly #bytes: Buffer | undefined
  #deadline: Deadline | undefined
  #begun = false

  constructor(parts: KeepAliveParts) {
    this.#parts = parts
    this.#bytes = parts.call.stream && Number.isFinite(parts.everyMs) ? parts.codec.keepAlive(parts.call.wire) : undefined
    this.#next()
  }

  stop(): void {
    this.#deadline?.cancel()
  }

  /** Tells why there is no answer. False: nothing was sent yet, so that it can be told with its status, or it is a defect. */
  fail(error: unknown): boolean {
    const { call, codec, sink, committed } = this.#parts
    if (!this.#begun || committed() || !(error instanceof RouterError)) return false
    const { status, type, message } = error
    for (const bytes of codec.refusal(call, { status, type, message, endpoint: '' })) sink.write(bytes)
    sink.end()
    return true
  }

  #next(): void {
    const bytes = this.#bytes
    if (!bytes) return
    const { call, sink, wheel, everyMs, committed } = this.#parts
    this.#deadline = wheel.add(everyMs, () => {
      if (committed() || sink.closed) return
      this.#begun = true
      sink.keepAlive(bytes, call.id)
      this.#next()
    })
  }
}
