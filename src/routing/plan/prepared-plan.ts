import { RouterError, reasonOf } from '../../base/errors.ts'
import { seeded } from '../../base/random.ts'
import type { Writable } from '../../base/writable.ts'
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
import { RankedRoute } from './ranked-route.ts'

/** Beliefs hardly move in so many milliseconds, unless an outcome surprises. */
const LIFETIME_MS = 100
/**
 * The same where all are well and hardly anything was learned since: requests that come one at a time would each find
 * the last plan too old.
 */
const QUIET_LIFETIME_MS = 1000
/** Outcomes of which none surprises, and which together hardly move a belief. */
const FEW_OUTCOMES = 4
/** How long a plan is kept although an endpoint has become slower or faster: some always do. */
const MIN_LIFETIME_MS = 10
/** Rankings of a slot that are kept, each for another load. */
const MAX_KEPT = 16

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
 * All of a decision but the draw, for requests that are planned alike. A strategy that prepares gets the same
 * candidates at each draw, brought up to the load of the moment; what the log holds of them is made anew only where the
 * ranking differs from those before. Any other strategy gets candidates of its own for each request.
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
  readonly #learned: number
  readonly #health: number
  readonly #surprises: number
  readonly #shifts: number
  readonly #preparation: Preparation
  readonly #ranking: PreparedRanking | undefined
  readonly #candidates: readonly Writable<Candidate>[]
  /** By slot, the last ones of each. */
  readonly #kept: (PlannedRoute[] | undefined)[]
  /** Which of them are to go next. */
  #oldest = 0

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
    this.#learned = parts.ledger.learned
    this.#health = healthRevision(parts)
    this.#surprises = parts.ledger.surprises
    this.#shifts = parts.ledger.shifts
    const candidates = new Array<Candidate>(slots.length)
    this.#kept = new Array<PlannedRoute[] | undefined>(slots.length)
    for (let at = 0; at < slots.length; at++) {
      candidates[at] = slots[at]!.candidate
      this.#kept[at] = undefined
    }
    this.#candidates = candidates
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
      (age >= LIFETIME_MS && !this.#isQuiet(age)) ||
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

  /** What time alone changes of an endpoint's health has no revision. */
  #isQuiet(age: number): boolean {
    if (age >= QUIET_LIFETIME_MS || this.#parts.ledger.learned - this.#learned >= FEW_OUTCOMES) return false
    const { retryAt, slots } = this.#preparation
    return retryAt === undefined && slots.every(isWell)
  }

  /** The routes in the strategy's order. */
  draw(seed: number, now: number): readonly PlannedRoute[] {
    const { isLimited } = this.eligibility
    const candidates = this.#ranking && !isLimited ? this.#updated(now) : this.#copied(now)
    try {
      const ranked = this.#rank(candidates, seed, now)
      const placed = new Array<PlannedRoute>(ranked.length)
      for (let place = 0; place < ranked.length; place++) {
        const one = ranked[place]!
        const at = placeOf(one, candidates)
        const candidate = candidates[at]!
        placed[place] = isLimited
          ? new PlannedRoute(this.#route(at, one, candidate), candidate.inFlight)
          : this.#keptRoute(at, one, candidate)
      }
      return placed
    } catch (error) {
      throw failed(this.#preparation.strategy, error)
    }
  }

  #rank(candidates: readonly Candidate[], seed: number, now: number): readonly Ranked[] {
    const { strategy, sort } = this.#preparation
    if (this.#ranking) return this.#ranking.draw(candidates, seeded(seed))
    if (sort !== undefined && sort !== 'exacto') return sortCandidates(candidates, sort)
    return strategy.instance.rank(this.request, candidates, { random: seeded(seed), now })
  }

  /** The candidates that were prepared for, with the load of this moment. */
  #updated(now: number): readonly Candidate[] {
    const { slots } = this.#preparation
    const candidates = this.#candidates
    for (let at = 0; at < slots.length; at++) {
      const slot = slots[at]!
      const candidate = candidates[at]!
      candidate.inFlight = inFlightOf(slot)
      candidate.cap = capOf(slot, now)
      candidate.stall = stallOf(slot, now)
      candidate.lastPicked = slot.pick.last
    }
    return candidates
  }

  #copied(now: number): readonly Candidate[] {
    const { slots } = this.#preparation
    const candidates = new Array<Candidate>(slots.length)
    for (let at = 0; at < slots.length; at++) {
      const slot = slots[at]!
      const candidate: Writable<Candidate> = {
        ...slot.candidate,
        inFlight: inFlightOf(slot),
        cap: capOf(slot, now),
        stall: stallOf(slot, now),
        lastPicked: slot.pick.last,
      }
      const { limits } = slot.route
      const used = this.eligibility.isLimited && this.#parts.limits.used(slot.candidate.endpoint.id, limits, now)
      if (used) candidate.used = { ...used, ...limits }
      candidates[at] = candidate
    }
    return candidates
  }

  #keptRoute(at: number, ranked: Ranked, candidate: Candidate): PlannedRoute {
    const kept = this.#kept[at]
    const { inFlight } = candidate
    for (let index = 0; kept !== undefined && index < kept.length; index++) {
      const planned = kept[index]!
      const route = planned.of
      if (route.stall !== candidate.stall || route.cap !== candidate.cap || !isAlike(route.ranked, ranked)) continue
      if (planned.inFlight === inFlight) return planned
      const moved = new PlannedRoute(route, inFlight)
      kept[index] = moved
      return moved
    }
    const route = kept?.[0]?.of.again(ranked, candidate) ?? this.#route(at, ranked, candidate)
    const planned = new PlannedRoute(route, inFlight)
    // Most plans are used with one load only, for which a list of one is enough.
    if (kept === undefined) this.#kept[at] = [planned]
    else if (kept.length < MAX_KEPT) kept.push(planned)
    else kept[this.#oldest++ % MAX_KEPT] = planned
    return planned
  }

  #route(at: number, ranked: Ranked, candidate: Candidate): RankedRoute {
    const { route, model } = this.#preparation.slots[at]!
    return new RankedRoute(route, candidate, model, ranked)
  }
}

const isAlike = (before: Ranked, ranked: Ranked): boolean =>
  before === ranked ||
  (before.score === ranked.score && before.propensity === ranked.propensity && before.why === ranked.why)

/** Strategies mostly give the endpoint that they were given; a third party's may copy it. */
function placeOf({ endpoint }: Ranked, candidates: readonly Candidate[]): number {
  for (let at = 0; at < candidates.length; at++) if (candidates[at]!.endpoint === endpoint) return at
  let at = 0
  while (candidates[at]!.endpoint.id !== endpoint.id) at++
  return at
}

const isWell = ({ candidate: { health, outage } }: Slot) => health === 'closed' && !outage
const inFlightOf = ({ health }: Slot) => (health ? health.inFlight : 0)
const capOf = ({ health }: Slot, now: number) => (health ? health.cap.at(now) : Number.POSITIVE_INFINITY)

const healthRevision = ({ health, countingHealth }: PlannerParts) => health.revision + countingHealth.revision

/** A strategy is anybody's code: when it throws, the error says whose. */
function failed(strategy: RoutableModel['strategy'], error: unknown): RouterError {
  return new RouterError(
    'ROUTER_STRATEGY_FAILED',
    { strategy: strategy.name, reason: reasonOf(error) },
    { cause: error },
  )
}
