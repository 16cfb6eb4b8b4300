import type { Exclusion, RequestRecord, RouteRequest } from '../../plugins/api.ts'
import type { RoutableModel, Route } from '../catalogue.ts'
import type { Home } from '../conversation/affinity.ts'
import type { Codec } from '../ports.ts'
import type { Preferences } from '../resolve/preferences.ts'
import type { Step } from '../resolve/resolve.ts'
import { candidateOf, patienceOf } from './candidate.ts'
import { expectedOutput, expectedTokens, expectedWork } from './expected-tokens.ts'
import { filterRoutes } from './filter.ts'
import { applyPreferences } from './order.ts'
import type { PlannerParts } from './parts.ts'
import { Picks } from './picks.ts'
import type { Asked, PlanInput } from './plan-input.ts'
import { planKey } from './plan-key.ts'
import type { PlannedRoute } from './planned-route.ts'
import { PreparedPlan, type Slot } from './prepared-plan.ts'

/** The endpoints to try for one model, in order, and why the others are not among them. */
export interface Plan {
  readonly step: Step
  readonly placed: readonly PlannedRoute[]
  readonly excluded: readonly Exclusion[]
  /** Unix ms when the first refused endpoint may be tried again; undefined when no time would help. */
  readonly retryAt: number | undefined
  /** Tokens of output that were expected. */
  readonly outputTokens: number
  readonly placedBy: RequestRecord['placedBy']
}

/** Plans kept for a model; the one made first goes. */
const MAX_PREPARED = 64

/**
 * Filter, admit, rank, order: from a model's endpoints to the list to try. What two requests have in common is done
 * once.
 */
export class Planner {
  readonly #parts: PlannerParts
  readonly #picks = new Picks()
  /** A model is another object after a reload. */
  readonly #prepared = new WeakMap<RoutableModel, Map<string, PreparedPlan>>()

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
    if (placed[0] && steps.length === 1 && step.model.routes.length > 1) this.#picks.add(placed[0].endpoint.id)
    return {
      step,
      placed,
      excluded,
      retryAt,
      outputTokens: request.expectedOutputTokens,
      placedBy: placedBy(step.preferences, input.home),
    }
  }

  #reusable(step: Step, input: PlanInput): PreparedPlan {
    const key = planKey(step.preferences, input)
    if (key === undefined) return this.#prepare([step], input)
    let plans = this.#prepared.get(step.model)
    if (!plans) {
      plans = new Map()
      this.#prepared.set(step.model, plans)
    }
    const known = plans.get(key)
    if (known?.fits(input)) return known
    const prepared = this.#prepare([step], input)
    if (prepared.isUnique) plans.delete(key)
    else {
      plans.set(key, prepared)
      if (plans.size > MAX_PREPARED) plans.delete(plans.keys().next().value!)
    }
    return prepared
  }

  #prepare(steps: readonly Step[], input: PlanInput): PreparedPlan {
    const step = steps[0]!
    const { codec, limits, random } = this.#parts
    const { operation, wire, demand, held, inputTokens, now } = input
    const isCount = operation === 'counting'
    const health = isCount ? this.#parts.countingHealth : this.#parts.health
    const eligible: Route[] = []
    const models: string[] = []
    const excluded: Exclusion[] = []
    const range = { min: 0, max: Number.POSITIVE_INFINITY }
    let isUnique = false
    for (const { model, preferences } of steps) {
      const filtered = filterRoutes(model.routes, {
        model: model.name,
        preferences,
        demand,
        inputTokens,
        operation,
        wire,
        held,
        speaks: (route) => wireFor(codec, input, route) !== undefined,
        limit: ({ endpoint, limits: own }) => {
          if (isCount || (own.rpm === undefined && own.tpm === undefined)) return undefined
          return limits.exceeded(endpoint.id, own, expectedTokens(this.#parts.ledger, model.name, input), now)
        },
      })
      for (const exclusion of filtered.excluded) {
        excluded.push(exclusion)
        isUnique ||= exclusion.reason === 'rate_limited'
      }
      for (const route of model.routes) narrow(range, route, input)
      for (const route of filtered.eligible) {
        // Of an endpoint that two models share the later one counts.
        const before = steps.length > 1 ? eligible.findIndex(({ endpoint }) => endpoint.id === route.endpoint.id) : -1
        const at = before < 0 ? eligible.length : before
        eligible[at] = route
        models[at] = model.name
      }
    }
    const { admitted, refused } = health.admit(
      eligible.map(({ endpoint }) => endpoint),
      now,
      random,
      operation,
    )
    let retryAt: number | undefined
    for (const { endpoint, reason, detail, retryAt: at } of refused) {
      const model = models[eligible.findIndex((route) => route.endpoint === endpoint)]!
      excluded.push({ endpoint: endpoint.id, model, reason, detail })
      retryAt = Math.min(retryAt ?? Number.POSITIVE_INFINITY, at)
      isUnique ||= health.state(endpoint.id, now, operation) === 'ramping'
    }
    const peers = admitted.map(({ id }) => id)
    const request = this.#request(step, input)
    const slots: Slot[] = []
    let probeAt = Number.POSITIVE_INFINITY
    for (const [index, route] of eligible.entries()) {
      if (refused.length > 0 && !admitted.includes(route.endpoint)) continue
      const outputTokens = demand.work
        ? expectedOutput(this.#parts.ledger, models[index]!, request.class, demand)
        : request.expectedOutputTokens
      const { candidate, load } = candidateOf(this.#parts, route, request, input, peers, this.#picks, outputTokens)
      slots.push({ route, model: models[index]!, candidate, load })
      isUnique ||= load.isProbe || candidate.health === 'ramping'
      probeAt = Math.min(probeAt, load.probeAt)
    }
    const strategy = step.strategy ?? step.model.strategy
    const { sort } = step.preferences
    const preparation = { slots, excluded, retryAt, request, strategy, sort, inputTokens: range, probeAt, isUnique }
    return new PreparedPlan(this.#parts, this.#picks, preparation, now)
  }

  #request(step: Step, { stream, class: workload, demand, home, inputTokens }: PlanInput): RouteRequest {
    return {
      class: workload,
      inputTokens,
      expectedOutputTokens: expectedWork(this.#parts.ledger, step.model.name, workload, demand),
      stream,
      ...(home && { sticky: home.endpoint }),
    }
  }
}

/**
 * Keeps the range of input tokens that this route takes, or does not take, just as it does now; and at the same rates.
 */
function narrow(range: { min: number; max: number }, { endpoint }: Route, { demand, inputTokens }: PlanInput): void {
  const { contextLength, maxOutputTokens = Number.POSITIVE_INFINITY, price } = endpoint
  const output = Math.min(demand.maxOutputTokens ?? 0, maxOutputTokens)
  if (contextLength !== undefined) split(range, contextLength - output, inputTokens)
  for (const tier of price?.tiers ?? [])
    if (tier.aboveInputTokens !== undefined) split(range, tier.aboveInputTokens, inputTokens)
}

/** On which side of a limit, in whole tokens, that itself still belongs below. */
function split(range: { min: number; max: number }, limit: number, tokens: number): void {
  if (tokens <= limit) range.max = Math.min(range.max, limit)
  else range.min = Math.max(range.min, limit + 1)
}

/** A probe that is a request's first attempt, with somebody else to ask, is not waited for without end. */
function withPatience(placed: readonly PlannedRoute[]): readonly PlannedRoute[] {
  const first = placed[0]
  if (placed.length < 2 || first?.candidate.health !== 'half-open') return placed
  return [first.asProbe(patienceOf(first.candidate)), ...placed.slice(1)]
}

/** What has a say in the order beside the strategy. */
function placedBy(preferences: Preferences, home: Home | undefined): RequestRecord['placedBy'] {
  const { sort, order, preferredMinThroughput, preferredMaxLatency } = preferences
  if (sort) return 'sort'
  if (order.length > 0) return 'order'
  if (home) return 'affinity'
  return preferredMinThroughput === undefined && preferredMaxLatency === undefined ? undefined : 'threshold'
}

/**
 * The wire to ask this route in: the client's own when the adapter speaks it, else the first one that a converter
 * reaches.
 */
export function wireFor(codec: Pick<Codec, 'converts'>, { operation, wire }: Asked, route: Route): string | undefined {
  const wires = route.provider.adapter.wires[operation] ?? []
  if (wires.includes(wire)) return wire
  return wires.find((other) => codec.converts(operation, wire, other))
}
