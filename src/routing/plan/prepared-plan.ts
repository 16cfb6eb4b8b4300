import { RouterError, reasonOf } from '../../base/errors.ts'
import { seeded } from '../../base/random.ts'
import type { Candidate, Exclusion, PreparedRanking, Ranked, RouteRequest } from '../../plugins/api.ts'
import type { RoutableModel, Route } from '../catalogue.ts'
import type { Preferences } from '../resolve/preferences.ts'
import { type Load, stallOf } from './candidate.ts'
import { expectedTokens } from './expected-tokens.ts'
import { sortCandidates } from './order.ts'
import type { PlannerParts } from './parts.ts'
import type { Picks } from './picks.ts'
import type { PlanInput } from './plan-input.ts'
import { PlannedRoute } from './planned-route.ts'

/** Beliefs hardly move in so many milliseconds, unless an outcome surprises. */
const LIFETIME_MS = 100
/** How long a plan is kept although an endpoint has become slower or faster: some always do. */
const MIN_LIFETIME_MS = 10
/** More of them in flight are rare, and made for each request. */
const MAX_KEPT = 256

/** One route of a prepared plan. */
export interface Slot {
  readonly route: Route
  readonly model: string
  /** As it was when the plan was prepared. */
  readonly candidate: Candidate
  readonly load: Load
}

export interface Preparation {
  readonly slots: readonly Slot[]
  readonly excluded: readonly Exclusion[]
  readonly retryAt: number | undefined
  readonly request: RouteRequest
  readonly strategy: RoutableModel['strategy']
  readonly sort: Preferences['sort']
  /** Tokens of input for which the same routes are eligible. */
  readonly inputTokens: { readonly min: number; readonly max: number }
  /** Number of requests from which on somebody is to be probed. */
  readonly probeAt: number
  /** What was decided for this request alone is not to be used again. */
  readonly isUnique: boolean
}

/** All of a decision but the draw, for requests that are planned alike. */
export class PreparedPlan {
  readonly excluded: readonly Exclusion[]
  readonly retryAt: number | undefined
  readonly request: RouteRequest
  readonly isUnique: boolean
  readonly #parts: PlannerParts
  readonly #picks: Picks
  readonly #madeAt: number
  readonly #health: number
  readonly #surprises: number
  readonly #shifts: number
  readonly #preparation: Preparation
  readonly #candidates: readonly Candidate[]
  readonly #ranking: PreparedRanking | undefined
  /** By slot and number in flight. */
  readonly #kept: PlannedRoute[][]
  readonly #limited: readonly Slot[]

  constructor(parts: PlannerParts, picks: Picks, preparation: Preparation, now: number) {
    const { slots, strategy, sort } = preparation
    this.excluded = preparation.excluded
    this.retryAt = preparation.retryAt
    this.request = preparation.request
    this.isUnique = preparation.isUnique
    this.#parts = parts
    this.#picks = picks
    this.#preparation = preparation
    this.#madeAt = now
    this.#health = healthRevision(parts)
    this.#surprises = parts.ledger.surprises
    this.#shifts = parts.ledger.shifts
    this.#candidates = slots.map(({ candidate }) => candidate)
    this.#kept = slots.map(() => [])
    this.#limited = slots.filter(({ route: { limits } }) => limits.rpm !== undefined || limits.tpm !== undefined)
    const isPlain = sort !== undefined && sort !== 'exacto'
    try {
      this.#ranking = isPlain ? undefined : strategy.instance.prepare?.(this.request, this.#candidates)
    } catch (error) {
      throw failed(strategy, error)
    }
  }

  /** Whether a request that has the same key may still be decided by this. */
  fits(input: PlanInput): boolean {
    const { inputTokens, now, operation } = input
    const { ledger, limits } = this.#parts
    const age = now - this.#madeAt
    if (
      age < 0 ||
      age >= LIFETIME_MS ||
      healthRevision(this.#parts) !== this.#health ||
      ledger.surprises !== this.#surprises
    )
      return false
    if (age >= MIN_LIFETIME_MS && ledger.shifts !== this.#shifts) return false
    const { inputTokens: range, probeAt } = this.#preparation
    if (inputTokens < range.min || inputTokens > range.max || this.#picks.count >= probeAt) return false
    if (operation === 'counting') return true
    for (let at = 0; at < this.#limited.length; at++) {
      const { route, model } = this.#limited[at]!
      const expected = expectedTokens(ledger, model, input)
      if (limits.exceeded(route.endpoint.id, route.limits, expected, now) !== undefined) return false
    }
    return true
  }

  /** The routes in the strategy's order. */
  draw(seed: number, now: number): readonly PlannedRoute[] {
    const candidates = this.#current(now)
    const { strategy } = this.#preparation
    try {
      const ranked = this.#rank(candidates, seed, now)
      const placed = new Array<PlannedRoute>(ranked.length)
      for (let place = 0; place < ranked.length; place++) placed[place] = this.#placed(ranked[place]!, candidates)
      return placed
    } catch (error) {
      throw failed(strategy, error)
    }
  }

  #rank(candidates: readonly Candidate[], seed: number, now: number): readonly Ranked[] {
    const { strategy, sort } = this.#preparation
    if (this.#ranking) return this.#ranking.draw(candidates, seeded(seed))
    if (sort !== undefined && sort !== 'exacto') return sortCandidates(candidates, sort)
    return strategy.instance.rank(this.request, candidates, { random: seeded(seed), now })
  }

  /** The candidates with the load of this moment: those that were prepared for, where it is the same. */
  #current(now: number): readonly Candidate[] {
    const { slots } = this.#preparation
    const candidates = new Array<Candidate>(slots.length)
    for (let at = 0; at < slots.length; at++) candidates[at] = this.#currentAt(at, slots[at]!, now)
    return candidates
  }

  #currentAt(at: number, { candidate, load, route }: Slot, now: number): Candidate {
    const { health } = load
    const inFlight = health ? health.inFlight : 0
    const cap = health ? health.cap.at(now) : Number.POSITIVE_INFINITY
    const stall = stallOf(load, now)
    const lastPicked = this.#ranking ? candidate.lastPicked : this.#picks.last(candidate.endpoint.id)
    const isSame = cap === candidate.cap && stall === candidate.stall && lastPicked === candidate.lastPicked
    const used =
      this.#limited.length > 0 ? this.#parts.limits.used(candidate.endpoint.id, route.limits, now) : undefined
    if (used) return { ...candidate, inFlight, cap, stall, lastPicked, used: { ...used, ...route.limits } }
    if (isSame && inFlight === candidate.inFlight) return candidate
    const kept = isSame ? this.#kept[at]![inFlight]?.candidate : undefined
    return kept ?? { ...candidate, inFlight, cap, stall, lastPicked }
  }

  #placed(ranked: Ranked, candidates: readonly Candidate[]): PlannedRoute {
    let at = 0
    while (candidates[at]!.endpoint.id !== ranked.endpoint.id) at++
    const candidate = candidates[at]!
    const kept = this.#kept[at]!
    const before = kept[candidate.inFlight]
    if (before && before.ranked === ranked && before.candidate === candidate) return before
    const { route, model } = this.#preparation.slots[at]!
    const placed = new PlannedRoute(route, candidate, model, ranked)
    if (this.#ranking && candidate.inFlight < MAX_KEPT) kept[candidate.inFlight] = placed
    return placed
  }
}

const healthRevision = ({ health, countingHealth }: PlannerParts) => health.revision + countingHealth.revision

/** A strategy is anybody's code: when it throws, the error says whose. */
function failed(strategy: RoutableModel['strategy'], error: unknown): RouterError {
  return new RouterError(
    'ROUTER_STRATEGY_FAILED',
    { strategy: strategy.name, reason: reasonOf(error) },
    { cause: error },
  )
}
