import type { RoutingConfig } from '../../config/types.ts'
import type { OutcomeKind } from '../../plugins/api.ts'
import type { AttemptContext } from '../attempt/context.ts'
import type { RouteAttempt } from '../attempt/route-attempt.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import type { Plan } from '../plan/planner.ts'
import type { Progress } from './progress.ts'
import { type Hedge, Race } from './race.ts'
import type { SecondOpinion } from './second-opinion.ts'
import { isStillFree } from './still-free.ts'
import { movesOn, worthRepeating } from './verdict.ts'

/** Waiting time before an endpoint is tried again, doubling, with full jitter. */
const BACKOFF_MS = 250
/** A client gets its 503 rather than hang for a more distant retry-after. */
const MAX_RETRY_AFTER_MS = 2000

interface PlanRunParts {
  readonly context: AttemptContext
  readonly routing: RoutingConfig
  readonly progress: Progress
  readonly opinion: SecondOpinion
  readonly plan: Plan
  /** Attempts that may be made. */
  readonly budget: number
  /** No model follows in the chain. */
  readonly isLast: boolean
}

/** The endpoints of one plan, tried in order, and again in further rounds. */
export class PlanRun implements Hedge {
  /** Who answered. */
  winner: RouteAttempt | undefined
  readonly #parts: PlanRunParts
  readonly #context: AttemptContext
  readonly #progress: Progress
  #budget: number
  #queue: PlannedRoute[] = []
  #race: Race | undefined
  /** Ends the wait before a further round. */
  #wake: (() => void) | undefined
  #stopped = false

  constructor(parts: PlanRunParts) {
    this.#parts = parts
    this.#context = parts.context
    this.#progress = parts.progress
    this.#budget = parts.budget
  }

  /** The kind of the last attempt; undefined when none was made. */
  async run(): Promise<OutcomeKind | undefined> {
    const { opinion, plan, isLast } = this.#parts
    let kind: OutcomeKind | undefined
    let round = opinion.among(plan.placed)
    for (let pass = 0; round.length > 0; pass++) {
      const again: PlannedRoute[] = []
      this.#queue = [...round]
      for (let planned = this.#queue.shift(); planned; planned = this.#queue.shift()) {
        if (this.#budget === 0 || this.#isOver()) return kind
        // The first choice was admitted just now.
        if (kind !== undefined && round.length > 1 && !isStillFree(this.#context, planned)) continue
        const race = new Race(this.#context, this.#progress, this.#isLastChance())
        this.#race = race
        const startedMs = this.#progress.asks()
        await race.run(planned, this.#mayHedge(planned) ? this : undefined)
        this.#race = undefined
        if (race.kind === undefined) continue
        this.#progress.waited(startedMs)
        this.#budget -= race.attempts.length
        kind = this.#heed(race, race.kind)
        if (this.#context.answer.committed || !(movesOn(kind) || opinion.isWanted)) return kind
        if (opinion.isWanted) this.#queue = [...opinion.among(this.#queue)]
        for (const { lost, record, planned: tried } of race.attempts)
          if (!lost && record && worthRepeating(record.kind)) again.push(tried)
      }
      // An answer is there, or a refusal: nobody is asked again for a better one.
      if (this.#progress.held || opinion.isWanted || this.#context.call.operation === 'counting') return kind
      if (again.length === 0 || !isLast || !plan.step.preferences.allowFallbacks || this.#budget === 0) return kind
      if (!(await this.#backOff(pass))) return kind
      round = again
    }
    return kind
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
    return this.#parts.routing.hedging.minDelayMs
  }

  spare(): PlannedRoute | undefined {
    const { hedges } = this.#context.core.state
    const at = this.#queue.findIndex((planned) => isStillFree(this.#context, planned))
    const next = this.#queue[at]
    if (!next || !hedges.spend(this.#parts.routing.hedging.budget, next.candidate.estimatedPrice ?? 0)) return undefined
    this.#queue.splice(at, 1)
    return next
  }

  /** Nobody else can be asked. */
  #isLastChance(): boolean {
    const { opinion, isLast } = this.#parts
    return this.#budget === 1 || opinion.isWanted || (this.#queue.length === 0 && isLast)
  }

  /** The kind by which the request goes on. */
  #heed(race: Race, kind: OutcomeKind): OutcomeKind {
    const last = race.attempts.findLast(({ lost }) => !lost)!
    const heeded = this.#parts.opinion.heed(kind, last.planned, this.#progress.attempts)
    if (heeded === 'ok') this.winner = last
    return heeded
  }

  #mayHedge({ candidate }: PlannedRoute): boolean {
    const { enabled, budget } = this.#parts.routing.hedging
    const { call, core, description } = this.#context
    if (!enabled || !call.stream || this.#budget < 2 || this.#queue.length === 0 || !description.isRepeatable())
      return false
    core.state.hedges.earn(budget, candidate.estimatedPrice ?? 0)
    return true
  }

  #isOver(): boolean {
    return this.#stopped || this.#context.answer.sink.closed || performance.now() >= this.#context.dueMs
  }

  /** Waits before a further round. False when there is no time for one. */
  async #backOff(pass: number): Promise<boolean> {
    const { core, dueMs } = this.#context
    const retryAfter = this.#progress.retryAfterMs ?? 0
    const delay = Math.max(retryAfter, BACKOFF_MS * 2 ** pass * core.random())
    if (retryAfter > MAX_RETRY_AFTER_MS || performance.now() + delay >= dueMs) return false
    this.#progress.retryAfterMs = undefined
    const startedMs = performance.now()
    await new Promise<void>((resolve) => {
      const deadline = core.wheel.add(delay, resolve)
      const wake = () => {
        deadline.cancel()
        resolve()
      }
      this.#wake = wake
    })
    this.#wake = undefined
    this.#progress.waited(startedMs)
    return !this.#isOver()
  }
}
