import type { Deadline, DeadlineWheel } from '../../base/deadline-wheel.ts'
import type { Timeouts } from '../../config/types.ts'
import type { Failure } from '../../plugins/api.ts'

type Awaited = 'provider_timeout_first_token' | 'provider_timeout_response' | 'provider_timeout_idle'

/** How long one upstream call is waited for: until it begins to answer, at first, and then from piece to piece. */
export class Patience {
  readonly #timeouts: Timeouts
  readonly #wheel: DeadlineWheel
  readonly #firstMs: number
  readonly #startedMs = performance.now()
  #awaited: Awaited
  #deadline: Deadline | undefined
  #onExpire: (failure: Failure) => void = () => {}
  #showedLife = false

  constructor(timeouts: Timeouts, stream: boolean, wheel: DeadlineWheel) {
    this.#timeouts = timeouts
    this.#wheel = wheel
    this.#firstMs = stream ? timeouts.firstTokenMs : timeouts.responseMs
    this.#awaited = stream ? 'provider_timeout_first_token' : 'provider_timeout_response'
  }

  /** What the call would be said to have failed with by now. */
  get awaited(): Awaited {
    return this.#awaited
  }

  /** Begins to wait. */
  start(onExpire: (failure: Failure) => void): void {
    this.#onExpire = onExpire
    this.#deadline = this.#wheel.add(this.#firstMs, () => onExpire(this.#failure()))
  }

  /** Something came, if nothing of the answer itself: the endpoint is at work, and gets more time, though not without end. */
  alive(): void {
    if (this.#awaited === 'provider_timeout_idle') return
    this.#showedLife = true
    const patienceMs = Math.min(this.#firstMs, this.#startedMs + this.#timeouts.aliveMs - performance.now())
    if (patienceMs > 0) this.#deadline?.reset(patienceMs)
  }

  /** A piece of the answer came; the next one may take so long. */
  answering(nextMs = this.#timeouts.idleMs): void {
    this.answered()
    this.#deadline?.reset(nextMs)
  }

  /** As `answering`, while nobody is waited for. */
  answered(): void {
    this.#awaited = 'provider_timeout_idle'
  }

  /** The client holds the upstream back: now it is the one that is waited for. */
  hold(onExpire: () => void): void {
    this.#deadline?.cancel()
    this.#deadline = this.#wheel.add(this.#timeouts.idleMs, onExpire)
  }

  release(): void {
    this.hold(() => this.#onExpire(this.#failure()))
  }

  end(): void {
    this.#deadline?.cancel()
  }

  #failure(): Failure {
    const kind = this.#awaited
    if (kind === 'provider_timeout_idle') return { kind, message: `nothing came for ${this.#timeouts.idleMs} ms` }
    const missing = kind === 'provider_timeout_first_token' ? 'no first token' : 'no answer'
    // More than its patience, when there were signs of life.
    const waitedMs = this.#showedLife ? Math.max(this.#firstMs, Math.round(performance.now() - this.#startedMs)) : this.#firstMs
    return { kind, message: `${missing} within ${waitedMs} ms` }
  }
}
