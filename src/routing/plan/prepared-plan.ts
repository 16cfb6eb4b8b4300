import { RouterError, reasonOf } from '../../base/errors.ts'
import { seeded } from '../../base/random.ts'
import type { Candidate, Exclusion, PreparedRanking, Ranked, RouteRequest } from '../../plugins/api.ts'
import type { RoutableModel } from '../catalogue.ts'
import type { Preferences } from '../resolve/preferences.ts'
import { type Slot, stallOf } from './candidate.ts'
import { type Eligibility, limitReached } from './eligibility.ts'
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

export interface Preparation {
  readonly eligibility: Eligibility
  readonly slots: readonly Slot[]
  readonly excluded: readonly Exclusion[]
  readonly retryAt: number | undefined
  readonly request: RouteRequest
  readonly strategy: RoutableModel['strategy']
  readonly sort: Preferences['sort']
  /** Number of requests from which on somebody is to be probed. */
  readonly probeAt: number
  /** What was decided for this request alone is not to be used again. */
  readonly isUnique: boolean
}

/**
 * All of a decision but the draw, for requests that are planned alike. What a strategy does not prepare itself is
 * prepared for it: its candidates, and what the log holds of them, are made anew only where they differ from before.
 */
export class PreparedPlan {
  readonly eligibility: Eligibility
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
  readonly #ranking: PreparedRanking | undefined
  /** By slot: with as many in flight as when it was prepared. */
  readonly #kept: Kept[]
  /** By slot and number in flight, where it is another one; made when it first is. */
  readonly #others: (Kept[] | undefined)[] = []

  constructor(parts: PlannerParts, picks: Picks, preparation: Preparation, now: number) {
    const { slots, strategy, sort, request } = preparation
    this.eligibility = preparation.eligibility
    this.excluded = preparation.excluded
    this.retryAt = preparation.retryAt
    this.request = request
    this.isUnique = preparation.isUnique
    this.#parts = parts
    this.#picks = picks
    this.#preparation = preparation
    this.#madeAt = now
    this.#health = healthRevision(parts)
    this.#surprises = parts.ledger.surprises
    this.#shifts = parts.ledger.shifts
    const candidates = new Array<Candidate>(slots.length)
    this.#kept = new Array<Kept>(slots.length)
    for (let at = 0; at < slots.length; at++) {
      const { candidate } = slots[at]!
      candidates[at] = candidate
      this.#kept[at] = { candidate, placed: undefined }
    }
    if (sort !== undefined && sort !== 'exacto') return
    try {
      this.#ranking = strategy.instance.prepare?.(request, candidates)
    } catch (error) {
      throw failed(strategy, error)
    }
  }

  /** Whether a request that has the same key may still be decided by this. */
  fits(input: PlanInput): boolean {
    const { inputTokens, now } = input
    const { ledger } = this.#parts
    const age = now - this.#madeAt
    if (
      age < 0 ||
      age >= LIFETIME_MS ||
      healthRevision(this.#parts) !== this.#health ||
      ledger.surprises !== this.#surprises
    )
      return false
    if (age >= MIN_LIFETIME_MS && ledger.shifts !== this.#shifts) return false
    const { inputTokens: range, isLimited } = this.eligibility
    const { probeAt, slots } = this.#preparation
    if (inputTokens < range.min || inputTokens > range.max || this.#picks.count >= probeAt) return false
    if (!isLimited) return true
    for (let at = 0; at < slots.length; at++) {
      const { route, model } = slots[at]!
      if (limitReached(this.#parts, route, model, input) !== undefined) return false
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

  #currentAt(at: number, slot: Slot, now: number): Candidate {
    const { candidate, health, route } = slot
    const inFlight = health ? health.inFlight : 0
    const cap = health ? health.cap.at(now) : Number.POSITIVE_INFINITY
    const stall = stallOf(slot, now)
    const lastPicked = this.#ranking ? candidate.lastPicked : this.#picks.last(candidate.endpoint.id)
    const used = this.eligibility.isLimited && this.#parts.limits.used(candidate.endpoint.id, route.limits, now)
    if (used) return { ...candidate, inFlight, cap, stall, lastPicked, used: { ...used, ...route.limits } }
    const kept = this.#keptAt(at, candidate, inFlight)
    const before = kept.candidate
    if (
      cap === before.cap &&
      stall === before.stall &&
      lastPicked === before.lastPicked &&
      inFlight === before.inFlight
    )
      return before
    kept.candidate = { ...candidate, inFlight, cap, stall, lastPicked }
    return kept.candidate
  }

  #keptAt(at: number, candidate: Candidate, inFlight: number): Kept {
    if (inFlight === candidate.inFlight) return this.#kept[at]!
    let others = this.#others[at]
    if (!others) {
      others = []
      this.#others[at] = others
    }
    const known = others[inFlight]
    if (known) return known
    const kept: Kept = { candidate, placed: undefined }
    if (inFlight < MAX_KEPT) others[inFlight] = kept
    return kept
  }

  #placed(ranked: Ranked, candidates: readonly Candidate[]): PlannedRoute {
    let at = 0
    while (candidates[at]!.endpoint.id !== ranked.endpoint.id) at++
    const candidate = candidates[at]!
    const slot = this.#preparation.slots[at]!
    const { route, model } = slot
    if (candidate.used) return new PlannedRoute(route, candidate, model, ranked)
    const kept = this.#keptAt(at, slot.candidate, candidate.inFlight)
    if (!kept.placed || !isAlike(kept.placed, candidate, ranked))
      kept.placed = new PlannedRoute(route, candidate, model, ranked)
    return kept.placed
  }
}

/** Of a slot with so many in flight: what a request was given last. */
interface Kept {
  candidate: Candidate
  placed: PlannedRoute | undefined
}

/** Whether the log would hold the same: it does not hold when a candidate was picked. */
const isAlike = (before: PlannedRoute, candidate: Candidate, ranked: Ranked): boolean =>
  (before.candidate === candidate ||
    (before.candidate.cap === candidate.cap && before.candidate.stall === candidate.stall)) &&
  (before.ranked === ranked ||
    (before.score === ranked.score && before.propensity === ranked.propensity && before.why === ranked.why))

const healthRevision = ({ health, countingHealth }: PlannerParts) => health.revision + countingHealth.revision

/** A strategy is anybody's code: when it throws, the error says whose. */
function failed(strategy: RoutableModel['strategy'], error: unknown): RouterError {
  return new RouterError(
    'ROUTER_STRATEGY_FAILED',
    { strategy: strategy.name, reason: reasonOf(error) },
    { cause: error },
  )
}
