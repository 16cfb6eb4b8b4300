import type { RouterError } from '../../base/errors.ts'
import type { AttemptRecord, Exclusion } from '../../plugins/api.ts'
import type { RouteAttempt } from '../attempt/route-attempt.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import type { Plan } from '../plan/planner.ts'
import type { RoutingFacts } from '../ports.ts'
import { mayBeOver } from './verdict.ts'

const NONE: readonly never[] = []

/** What has come of a request so far: whom it might be sent to, and what its attempts turned out to be. */
export class Progress {
  candidates: readonly PlannedRoute[] = NONE
  excluded: readonly Exclusion[] = NONE
  /** As they ended. */
  attempts: readonly AttemptRecord[] = NONE
  /** Of the first model with candidates: the one whose first choice is judged at replay. */
  decided: Plan | undefined
  /** Attempts begun. */
  begun = 0
  /** Time until the last attempt began that was not spent waiting for upstreams: the router's own. */
  overheadMs = 0
  /** The shortest time after which trying again may help. */
  retryAfterMs: number | undefined
  /** The upstream's id of the answer. */
  upstreamId: string | undefined
  /** The last answer with invalid output: delivered when nobody does better. */
  held: RouteAttempt | undefined
  /** An answer with invalid output has gone to the client. */
  delivered = false
  /** Whose answer the client got, where it is not the last attempt's. */
  answeredBy: PlannedRoute | undefined
  /** Why the request could not be said in an endpoint's wire. */
  untranslatable: RouterError | undefined
  readonly #arrivedMs: number
  #waitedMs = 0

  /** `arrivedMs`: on the monotonic clock. */
  constructor(arrivedMs: number) {
    this.#arrivedMs = arrivedMs
  }

  plan(plan: Plan, now: number): void {
    if (plan.placed.length > 0) this.decided ??= plan
    // There is one plan, mostly, and one attempt: nothing is copied then, and no room made for more.
    this.candidates = this.candidates.length === 0 ? plan.placed : [...this.candidates, ...plan.placed]
    this.excluded = this.excluded.length === 0 ? plan.excluded : [...this.excluded, ...plan.excluded]
    if (plan.retryAt !== undefined) this.#noteRetry(plan.retryAt - now)
  }

  /** `model`: as it was asked for. */
  facts(model: unknown, isSelected: boolean): RoutingFacts {
    const { candidates, excluded, attempts } = this
    const requested = typeof model === 'string' ? model : (candidates[0]?.model ?? '')
    return { requested, candidates, excluded: excluded.length, attempts, isSelected }
  }

  /** An upstream is about to be asked. Gives the time, for `waited`. */
  asks(): number {
    const now = performance.now()
    this.overheadMs = now - this.#arrivedMs - this.#waitedMs
    return now
  }

  /** Nothing was done since then but waiting. */
  waited(sinceMs: number): void {
    this.#waitedMs += performance.now() - sinceMs
  }

  end(attempt: RouteAttempt): void {
    const { committed, isInvalid, record, retryAfterMs, upstreamId } = attempt
    if (!record) return
    this.attempts = this.attempts === NONE ? [record] : [...this.attempts, record]
    if (upstreamId !== undefined) this.upstreamId = upstreamId
    if (isInvalid && committed) this.delivered = true
    else if (isInvalid) this.held = attempt
    const wait = retryAfterMs ?? (mayBeOver(record.kind) ? 0 : undefined)
    if (wait !== undefined) this.#noteRetry(wait)
  }

  exclude({ endpoint, model }: PlannedRoute, error: RouterError): void {
    this.excluded = [...this.excluded, { endpoint: endpoint.id, model, reason: 'wire', detail: error.message }]
    this.untranslatable = error
  }

  /** The answer that was held is good enough. */
  deliverHeld(): void {
    this.held!.deliver()
    this.delivered = true
  }

  /** An answer that waited has gone out. */
  answered({ planned, upstreamId }: RouteAttempt): void {
    this.answeredBy = planned
    this.upstreamId = upstreamId
  }

  #noteRetry(ms: number): void {
    if (ms >= 0) this.retryAfterMs = Math.min(this.retryAfterMs ?? Number.POSITIVE_INFINITY, ms)
  }
}
