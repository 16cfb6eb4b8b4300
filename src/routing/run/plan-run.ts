import { Paced } from '../../base/paced.ts'
import type { RoutingConfig } from '../../config/types.ts'
import type { OutcomeKind } from '../../plugins/api.ts'
import type { AttemptContext } from '../attempt/context.ts'
import type { RouteAttempt } from '../attempt/route-attempt.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import type { Plan } from '../plan/planner.ts'
import type { Progress } from './progress.ts'
import { type Hedge, Race, type RaceListener } from './race.ts'
import type { SecondOpinion } from './second-opinion.ts'
import { isStillFree } from './still-free.ts'
import { movesOn, worthRepeating } from './verdict.ts'

/** Waiting time before an endpoint is tried again, doubling, with full jitter. */
const BACKOFF_MS = 250
/** A client gets its 503 rather than hang for a more distant retry-after. */
const MAX_RETRY_AFTER_MS = 2000

/** Whose plan it is. */
export interface PlanOwner extends AttemptContext {
  readonly routing: RoutingConfig
  readonly progress: Progress
  readonly opinion: SecondOpinion
  /** Called once. `kind`: of the last attempt; undefined when none was made. Does not throw. */
  planEnded(kind: OutcomeKind | undefined): void
  /** In place of it, for a defect of the router's own. */
  planFailed(error: unknown): void
}

/** The endpoints of one plan, tried in order, and again in further rounds. */
export class PlanRun extends Paced implements Hedge, RaceListener {
  /** Who answered. */
  winner: RouteAttempt | undefined
  readonly #owner: PlanOwner
  readonly #plan: Plan
  readonly #isLast: boolean
  #budget: number
  #kind: OutcomeKind | undefined
  #pass = 0
  #round: readonly PlannedRoute[]
  /** Who is still to be asked in this round: those from here on. */
  #queue: readonly PlannedRoute[]
  #at = 0
  /** Who is asked in the next round. */
  #again: PlannedRoute[] | undefined
  #race: Race | undefined
  #raceStartedMs = 0
  /** Ends the wait before a further round. */
  #wake: (() => void) | undefined
  #stopped = false

  /** `budget`: attempts that may be made; `isLast`: no model follows in the chain. */
  constructor(owner: PlanOwner, plan: Plan, budget: number, isLast: boolean) {
    super()
    this.#owner = owner
    this.#plan = plan
    this.#budget = budget
    this.#isLast = isLast
    this.#round = owner.opinion.among(plan.placed)
    this.#queue = this.#round
  }

  /** May end at once. Throws for a defect of the router's own. */
  begin(): void {
    for (let planned = this.#next(); planned; planned = this.#next()) {
      const race = new Race(this, this.#owner, this.#isLastChance())
      this.#race = race
      this.#raceStartedMs = this.#owner.progress.asks()
      if (race.begin(planned, this.#mayHedge(planned) ? this : undefined)) return
      if (this.#decides(race)) return
    }
    this.#finishRound()
  }

  /** Not at once: the last of the answer goes out before it is recorded. */
  raceEnded(): void {
    this.#owner.core.soon.add(this)
  }

  /** The race that was waited for has ended. */
  proceed(): void {
    try {
      const race = this.#race!
      if (race.defect !== undefined) throw race.defect
      if (!this.#decides(race)) this.begin()
    } catch (error) {
      this.#owner.planFailed(error)
    }
  }

  cancel(message: string): void {
    this.#race?.cancel(message)
    this.#wake?.()
  }

  stop(message: string): void {
    this.#stopped = true
    this.#race?.stop(message)
    this.#wake?.()
  }

  get minDelayMs(): number {
    return this.#owner.routing.hedging.minDelayMs
  }

  spare(): PlannedRoute | undefined {
    const { core, routing } = this.#owner
    const left = this.#left
    const at = left.findIndex((planned) => isStillFree(this.#owner, planned))
    const next = left[at]
    if (!next || !core.state.hedges.spend(routing.hedging.budget, next.candidate.estimatedPrice ?? 0)) return undefined
    this.#left = left.toSpliced(at, 1)
    return next
  }

  get #left(): readonly PlannedRoute[] {
    return this.#at === 0 ? this.#queue : this.#queue.slice(this.#at)
  }

  set #left(queue: readonly PlannedRoute[]) {
    this.#queue = queue
    this.#at = 0
  }

  /** Who is asked next; undefined: nobody in this round. */
  #next(): PlannedRoute | undefined {
    while (this.#at < this.#queue.length && !this.#isOver()) {
      const planned = this.#queue[this.#at++]!
      // The first choice was admitted just now.
      if (this.#kind === undefined || this.#round.length <= 1 || isStillFree(this.#owner, planned)) return planned
    }
    return undefined
  }

  /** Nobody else can be asked. */
  #isLastChance(): boolean {
    return this.#budget === 1 || this.#owner.opinion.isWanted || (this.#at === this.#queue.length && this.#isLast)
  }

  /** Whether nobody else is to be asked after this one, so that the plan has ended. */
  #decides(race: Race): boolean {
    this.#race = undefined
    const { kind } = race
    if (kind === undefined) return false
    const { answer, opinion, progress } = this.#owner
    progress.waited(this.#raceStartedMs)
    this.#budget -= race.attempts.length
    this.#kind = this.#heed(race, kind)
    if (answer.committed || !(movesOn(this.#kind) || opinion.isWanted)) {
      this.#owner.planEnded(this.#kind)
      return true
    }
    if (opinion.isWanted) this.#left = opinion.among(this.#left)
    for (const { lost, record, planned } of race.attempts) {
      if (lost || !record || !worthRepeating(record.kind)) continue
      this.#again ??= []
      this.#again.push(planned)
    }
    return false
  }

  /** The kind by which the request goes on. */
  #heed(race: Race, kind: OutcomeKind): OutcomeKind {
    const { opinion, progress } = this.#owner
    const last = race.attempts.findLast(({ lost }) => !lost)!
    const heeded = opinion.heed(kind, last.planned, progress.attempts)
    if (heeded === 'ok') this.winner = last
    return heeded
  }

  #mayHedge({ candidate }: PlannedRoute): boolean {
    const { call, core, description, routing } = this.#owner
    const { enabled, budget } = routing.hedging
    // Of two that are held back, neither would be the first.
    if (
      !enabled ||
      !call.stream ||
      this.#owner.holdsBack ||
      this.#budget < 2 ||
      this.#at === this.#queue.length ||
      !description.isRepeatable()
    )
      return false
    core.state.hedges.earn(budget, candidate.estimatedPrice ?? 0)
    return true
  }

  #isOver(): boolean {
    const { answer, dueMs } = this.#owner
    return this.#stopped || this.#budget === 0 || answer.sink.closed || performance.now() >= dueMs
  }

  #finishRound(): void {
    const again = this.#again
    if (!again || !this.#mayGoRound()) {
      this.#owner.planEnded(this.#kind)
      return
    }
    const retryAfter = this.#owner.progress.retryAfterMs ?? 0
    const delay = Math.max(retryAfter, BACKOFF_MS * 2 ** this.#pass * this.#owner.core.random())
    if (retryAfter > MAX_RETRY_AFTER_MS || performance.now() + delay >= this.#owner.dueMs) {
      this.#owner.planEnded(this.#kind)
      return
    }
    this.#backOff(delay)
      .then(() => this.#nextRound(again))
      .catch((error: unknown) => this.#owner.planFailed(error))
  }

  /** An answer is there, or a refusal: nobody is asked again for a better one. */
  #mayGoRound(): boolean {
    const { call, opinion, progress } = this.#owner
    if (this.#isOver() || progress.held || opinion.isWanted || call.operation === 'counting') return false
    return this.#isLast && this.#plan.step.preferences.allowFallbacks
  }

  #nextRound(again: readonly PlannedRoute[]): void {
    this.#round = again
    this.#left = again
    this.#again = undefined
    this.#pass += 1
    this.begin()
  }

  async #backOff(delayMs: number): Promise<void> {
    const { core, progress } = this.#owner
    progress.retryAfterMs = undefined
    const startedMs = performance.now()
    await new Promise<void>((resolve) => {
      const deadline = core.wheel.add(delayMs, resolve)
      const wake = () => {
        deadline.cancel()
        resolve()
      }
      this.#wake = wake
    })
    this.#wake = undefined
    progress.waited(startedMs)
  }
}
