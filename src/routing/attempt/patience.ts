import { Deadline, type DeadlineWheel } from '../../base/deadline-wheel.ts'
import type { Timeouts } from '../../config/types.ts'
import type { Failure } from '../../plugins/api.ts'

type Awaited = 'provider_timeout_first_token' | 'provider_timeout_response' | 'provider_timeout_idle'

/** Who waits. */
interface Waiting {
  /** The upstream took too long. */
  timedOut(failure: Failure): void
  /** The client took nothing for too long. */
  clientStalled(): void
}

/**
 * How long one upstream call is waited for: until it begins to answer, at first, and then from piece to piece, and
 * never beyond the request's own end. One deadline serves for all of it; a connection that has to come first has its
 * own, beside it.
 */
export class Patience extends Deadline {
  readonly #timeouts: Timeouts
  readonly #dueMs: number
  readonly #firstMs: number
  readonly #startedMs = performance.now()
  readonly #waiting: Waiting
  readonly #wheel: DeadlineWheel
  #connecting: Deadline | undefined
  #awaited: Awaited
  #showedLife = false
  #held = false

  /** Until `start` only the request's end, `dueMs` on the monotonic clock, counts. */
  constructor(waiting: Waiting, timeouts: Timeouts, stream: boolean, dueMs: number, wheel: DeadlineWheel) {
    super(wheel)
    this.#waiting = waiting
    this.#timeouts = timeouts
    this.#dueMs = dueMs
    this.#wheel = wheel
    this.#firstMs = stream ? timeouts.firstTokenMs : timeouts.responseMs
    this.#awaited = stream ? 'provider_timeout_first_token' : 'provider_timeout_response'
    this.expireAfter(dueMs - this.#startedMs)
  }

  /** What has to be there before anything can be sent is waited for as long as for a connection. */
  connecting(message: string): void {
    this.#connecting = this.#wheel.add(this.#timeouts.connectMs, () =>
      this.#waiting.timedOut({ kind: 'provider_timeout_connect', message }),
    )
  }

  connected(): void {
    this.#connecting?.cancel()
  }

  /** The request is sent. */
  start(): void {
    this.#connecting?.cancel()
    this.#wait(this.#firstMs)
  }

  /** A piece of the request went out; what is waited for can begin with the last one. */
  sending(): void {
    this.#wait(this.#firstMs)
  }

  /**
   * Something came, if nothing of the answer itself: the endpoint is at work, and gets more time, though not without
   * end.
   */
  alive(): void {
    if (this.#awaited === 'provider_timeout_idle') return
    this.#showedLife = true
    const patienceMs = Math.min(this.#firstMs, this.#startedMs + this.#timeouts.aliveMs - performance.now())
    if (patienceMs > 0) this.#wait(patienceMs)
  }

  /** A piece of the answer came; the next one may take so long. */
  answering(nextMs = this.#timeouts.idleMs): void {
    this.answered()
    this.#wait(nextMs)
  }

  /** As `answering`, while nobody is waited for. */
  answered(): void {
    this.#awaited = 'provider_timeout_idle'
  }

  /** The client holds the upstream back: now it is the one that is waited for. */
  hold(): void {
    this.#held = true
    this.#wait(this.#timeouts.idleMs)
  }

  release(): void {
    this.#held = false
    this.#wait(this.#timeouts.idleMs)
  }

  end(): void {
    this.#connecting?.cancel()
    this.cancel()
  }

  #wait(ms: number): void {
    this.reset(Math.min(ms, this.#dueMs - performance.now()))
  }

  onExpire(): void {
    // The request's own deadline; what was waited for says whose time it was.
    if (performance.now() >= this.#dueMs)
      this.#waiting.timedOut({ kind: this.#awaited, message: 'the total time of the request is used up' })
    else if (this.#held) this.#waiting.clientStalled()
    else this.#waiting.timedOut(this.#failure())
  }

  #failure(): Failure {
    const kind = this.#awaited
    if (kind === 'provider_timeout_idle') return { kind, message: `nothing came for ${this.#timeouts.idleMs} ms` }
    const missing = kind === 'provider_timeout_first_token' ? 'no first token' : 'no answer'
    // More than its patience, when there were signs of life.
    const waitedMs = this.#showedLife
      ? Math.max(this.#firstMs, Math.round(performance.now() - this.#startedMs))
      : this.#firstMs
    return { kind, message: `${missing} within ${waitedMs} ms` }
  }
}
