import type { Exclusion, RequestRecord, RouteRequest } from '../../plugins/api.ts'
import type { RoutableModel } from '../catalogue.ts'
import type { Home } from '../conversation/affinity.ts'
import type { Preferences } from '../resolve/preferences.ts'
import type { Step } from '../resolve/resolve.ts'
import { patienceOf, type Slot, slotOf } from './candidate.ts'
import { type Eligibility, eligibilityOf, staysEligible } from './eligibility.ts'
import { expectedWork } from './expected-tokens.ts'
import { applyPreferences } from './order.ts'
import type { PlannerParts } from './parts.ts'
import { Picks } from './picks.ts'
import { PlanCache } from './plan-cache.ts'
import type { PlanInput } from './plan-input.ts'
import { rareOf } from './plan-kind.ts'
import type { PlannedRoute } from './planned-route.ts'
import { PreparedPlan } from './prepared-plan.ts'

/** The endpoints to try for one model, in order, and why the others are not among them. */
export interface Plan {
  readonly step: Step
  readonly placed: readonly PlannedRoute[]
  readonly excluded: readonly Exclusion[]
  /** Unix ms when the first refused endpoint may be tried again; undefined when no time would help. */
  readonly retryAt: number | undefined
  /** Tokens of output that were expected. */
  readonly outputTokens: number
  /** USD an hour, where the client says what waiting costs it. */
  readonly valueOfTime: number | undefined
  readonly placedBy: RequestRecord['placedBy']
}

/**
 * Filter, admit, rank, order: from a model's endpoints to the list to try. What two requests have in common is done
 * once.
 */
export class Planner {
  readonly #parts: PlannerParts
  readonly #picks = new Picks()
  /** A model is another object after a reload. */
  readonly #prepared = new WeakMap<RoutableModel, PlanCache>()

  constructor(parts: PlannerParts) {
    this.#parts = parts
  }

  /** With `sort.partition: none` the endpoints of all `steps` are sorted as one list; else `steps` is one step. */
  plan(steps: readonly Step[], input: PlanInput): Plan {
    const step = steps[0]!
    const prepared = steps.length === 1 ? this.#reusable(step, input) : this.#prepare(steps, input)
    const { excluded, retryAt, request } = prepared
    const placed = withPatience(
      applyPreferences(prepared.draw(input.seed, input.now), step.preferences, input.home?.endpoint, request),
    )
    // Where there is a choice; names under `provider/any-model` come from clients.
    if (placed[0] && steps.length === 1 && step.model.routes.length > 1)
      this.#picks.add(placed[0].endpoint.id, input.now)
    return {
      step,
      placed,
      excluded,
      retryAt,
      outputTokens: request.expectedOutputTokens,
      valueOfTime: request.valueOfTime,
      placedBy: placedBy(step.preferences, input.home),
    }
  }

  #reusable(step: Step, input: PlanInput): PreparedPlan {
    const rare = rareOf(step.preferences, input)
    if (rare === undefined) return this.#prepare([step], input)
    let plans = this.#prepared.get(step.model)
    if (!plans) {
      plans = new PlanCache()
      this.#prepared.set(step.model, plans)
    }
    const place = plans.find(input, rare)
    const known = plans.get(place)
    if (known?.fits(input)) return known
    const prepared = this.#prepare([step], input, known?.eligibility)
    plans.set(place, input, rare, prepared.isUnique ? undefined : prepared)
    return prepared
  }

  /** `before`: who was eligible for a request with the same key. */
  #prepare(steps: readonly Step[], input: PlanInput, before?: Eligibility): PreparedPlan {
    const { operation, now, own } = input
    const parts = own ? { ...this.#parts, health: own.health, countingHealth: own.health } : this.#parts
    const eligibility = before && staysEligible(before, input) ? before : eligibilityOf(parts, steps, input)
    const { routes, models, endpoints, ids } = eligibility
    const health = operation === 'counting' ? parts.countingHealth : parts.health
    const { admitted, refused } = health.admit(endpoints, now, parts.random, operation)
    let { excluded, isUnique } = eligibility
    let retryAt: number | undefined
    if (refused.length > 0) {
      const reasons = refused.map(({ endpoint, reason, detail }) => {
        return { endpoint: endpoint.id, model: models[endpoints.indexOf(endpoint)]!, reason, detail }
      })
      excluded = [...excluded, ...reasons]
      retryAt = Math.min(...refused.map((refusal) => refusal.retryAt))
      isUnique ||= refused.some(({ endpoint }) => health.state(endpoint.id, now, operation) === 'ramping')
    }
    const step = steps[0]!
    const request = this.#request(step, input)
    const peers = refused.length === 0 ? ids : admitted.map(({ id }) => id)
    const slots = new Array<Slot>(peers.length)
    let count = 0
    let probeAt = Number.POSITIVE_INFINITY
    for (let index = 0; index < routes.length; index++) {
      const route = routes[index]!
      if (refused.length > 0 && !admitted.includes(route.endpoint)) continue
      const slot = slotOf(parts, route, models[index]!, request, input, peers, this.#picks)
      slots[count++] = slot
      isUnique ||= slot.isProbe || slot.candidate.health === 'ramping'
      probeAt = Math.min(probeAt, slot.probeAt)
    }
    const strategy = step.strategy ?? step.model.strategy
    const { sort } = step.preferences
    const preparation = { eligibility, slots, excluded, retryAt, request, strategy, sort, probeAt, isUnique }
    return new PreparedPlan(parts, this.#picks, preparation, now)
  }

  #request(step: Step, { stream, class: workload, demand, home, inputTokens, valueOfTime }: PlanInput): RouteRequest {
    return {
      class: workload,
      inputTokens,
      expectedOutputTokens: expectedWork(this.#parts.ledger, step.model.name, workload, demand),
      stream,
      ...(home && { sticky: home.endpoint }),
      ...(valueOfTime !== undefined && { valueOfTime }),
    }
  }
}

/** A probe with somebody else to ask after it is not waited for without end. */
function withPatience(placed: readonly PlannedRoute[]): readonly PlannedRoute[] {
  const others = placed.length - 1
  let patient: PlannedRoute[] | undefined
  for (let at = 0; at < others; at++) {
    const planned = placed[at]!
    if (!isProbe(planned)) continue
    patient ??= placed.slice()
    patient[at] = planned.asProbe(patienceOf(planned.candidate))
  }
  return patient ?? placed
}

const isProbe = ({ candidate }: PlannedRoute) => candidate.health === 'half-open'

/** What has a say in the order beside the strategy. */
function placedBy(preferences: Preferences, home: Home | undefined): RequestRecord['placedBy'] {
  const { sort, order, preferredMinThroughput, preferredMaxLatency } = preferences
  if (sort) return 'sort'
  if (order.length > 0) return 'order'
  if (home) return 'affinity'
  return preferredMinThroughput === undefined && preferredMaxLatency === undefined ? undefined : 'threshold'
}
