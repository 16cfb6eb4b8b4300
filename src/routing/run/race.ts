import type { Deadline } from '../../base/deadline-wheel.ts'
import { RouterError } from '../../base/errors.ts'
import type { Belief, OutcomeKind } from '../../plugins/api.ts'
import type { AttemptContext } from '../attempt/context.ts'
import { type AttemptListener, RouteAttempt } from '../attempt/route-attempt.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import type { Progress } from './progress.ts'
import { movesOn } from './verdict.ts'

/** Quantile of the standard normal: 95 %. */
const P95 = 1.645
/** Of single times within an endpoint, on the log scale, while its own are few (thefastest.ai panel of 2024: 0.51). */
const USUAL_SPREAD = 0.51
const MIN_SPREAD = 0.2

const NONE: readonly RouteAttempt[] = []

/** Whose attempts they are. */
interface RaceOwner extends AttemptContext {
  readonly progress: Progress
}

/** How a second endpoint may be tried beside the first. */
export interface Hedge {
  readonly minDelayMs: number
  /** The other endpoint, paid for out of the budget; undefined when there is none or nothing to pay with. */
  spare(): PlannedRoute | undefined
}

/** Whose race it is. */
export interface RaceListener {
  /** All have ended, or the router has a defect; not called for what `begin` tells. */
  raceEnded(): void
}

/**
 * Tries an endpoint, and while it has not shown a first token after the 95th percentile of its own times, another one
 * beside it (Dean and Barroso, "The Tail at Scale", 2013). The first token wins: the other attempt is cancelled and
 * recorded as `caller_cancelled`, which counts against nobody.
 */
export class Race implements AttemptListener {
  readonly isLastChance: boolean
  /** In the order in which they began; empty when the request cannot be said in the endpoint's wire. */
  attempts: readonly RouteAttempt[] = NONE
  /** Of the router's own: there is no result. */
  defect: unknown
  readonly #listener: RaceListener
  readonly #owner: RaceOwner
  #running = 0
  #timer: Deadline | undefined
  #isAwaited = false

  constructor(listener: RaceListener, owner: RaceOwner, isLastChance: boolean) {
    this.#listener = listener
    this.#owner = owner
    this.isLastChance = isLastChance
  }

  /** False: all have ended already. Throws for a defect of the router's own. */
  begin(planned: PlannedRoute, hedge: Hedge | undefined): boolean {
    this.#begin(planned)
    if (hedge && this.#running > 0) this.#hedgeAfter(patienceMs(planned, hedge.minDelayMs), hedge)
    if (this.defect !== undefined) throw this.defect
    this.#isAwaited = this.#running > 0
    return this.#isAwaited
  }

  /** What decides how the request goes on: the winner's, else the last failure, but the caller's own fault first. */
  get kind(): OutcomeKind | undefined {
    let kind: OutcomeKind | undefined
    for (let at = 0; at < this.attempts.length; at++) {
      const { lost, record } = this.attempts[at]!
      if (!lost && record && (kind === undefined || record.kind === 'ok' || movesOn(kind))) kind = record.kind
    }
    return kind
  }

  get begun(): number {
    return this.#owner.progress.begun
  }

  get overheadMs(): number {
    return this.#owner.progress.overheadMs
  }

  cancel(message: string): void {
    for (const attempt of this.attempts) attempt.cancel(message)
  }

  stop(message: string): void {
    for (const attempt of this.attempts) attempt.stop(message)
  }

  onCommit(winner: RouteAttempt): void {
    this.#endOthers(winner)
  }

  onEnd(attempt: RouteAttempt, error?: unknown): void {
    this.#running -= 1
    this.#timer?.cancel()
    if (error === undefined) this.#owner.progress.end(attempt)
    else {
      this.defect = error
      this.#endOthers(attempt)
    }
    if (!this.#isAwaited || (this.#running > 0 && error === undefined)) return
    this.#isAwaited = false
    this.#listener.raceEnded()
  }

  #endOthers(winner: RouteAttempt): void {
    if (this.attempts.length > 1) for (const attempt of this.attempts) if (attempt !== winner) attempt.lose()
  }

  #begin(planned: PlannedRoute): void {
    let attempt: RouteAttempt
    try {
      attempt = new RouteAttempt(this.#owner, planned, this)
    } catch (error) {
      if (!(error instanceof RouterError)) throw error
      this.#owner.progress.exclude(planned, error)
      return
    }
    this.attempts = this.attempts === NONE ? [attempt] : [...this.attempts, attempt]
    this.#running += 1
    this.#owner.progress.begun += 1
    attempt.start()
  }

  #hedgeAfter(ms: number, hedge: Hedge): void {
    this.#timer = this.#owner.core.wheel.add(ms, () => this.#hedge(hedge))
  }

  #hedge(hedge: Hedge): void {
    const { committed, sink } = this.#owner.answer
    if (committed || sink.closed) return
    const second = hedge.spare()
    if (second) this.#begin(second)
  }
}

/**
 * p95 of the endpoint's time to first token, by what is believed of it and as slow as it is right now; at least
 * `minDelayMs`.
 */
function patienceMs({ candidate: { ttft }, stall }: PlannedRoute, minDelayMs: number): number {
  return Math.max(minDelayMs, Math.exp(ttft.mean + P95 * Math.hypot(spreadOf(ttft), ttft.sd)) * stall)
}

/** Sd of single times: a belief's sd is of their mean, over n of them. */
const spreadOf = ({ from, n, sd }: Belief) =>
  from === 'cell' && n > 1 ? Math.max(MIN_SPREAD, sd * Math.sqrt(n)) : USUAL_SPREAD
