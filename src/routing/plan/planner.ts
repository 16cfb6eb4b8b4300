import { RouterError, reasonOf } from '../../base/errors.ts'
import { seeded } from '../../base/random.ts'
import { WELL } from '../../outcomes/beliefs/beliefs.ts'
import { LIST_PRICE } from '../../outcomes/beliefs/traits.ts'
import { unlistedPrice } from '../../outcomes/estimates/cost.ts'
import type { Beliefs } from '../../outcomes/types.ts'
import type { Candidate, Exclusion, Operation, RequestRecord, RouteRequest, RoutingStrategy, Wire } from '../../plugins/api.ts'
import type { RoutableModel, Route } from '../catalogue.ts'
import type { Home } from '../conversation/affinity.ts'
import type { Codec, Demand } from '../ports.ts'
import type { Preferences } from '../resolve/preferences.ts'
import type { Step } from '../resolve/resolve.ts'
import type { EngineState } from '../state/state.ts'
import { filterRoutes } from './filter.ts'
import { applyPreferences, sortCandidates } from './order.ts'
import type { Placed } from './placed.ts'
import { PlannedRoute } from './planned-route.ts'

/** What the outcomes so far say, as ranking needs it. */
/** `listed`: false where no list price is known. */
export interface BeliefsAsked {
  readonly peers: readonly string[]
  readonly stream: boolean
  readonly listed: boolean
}

export interface Ledger {
  beliefs(endpoint: string, workload: string, now: number, context: BeliefsAsked): Beliefs
  /** Tokens of output to expect of a model in a class, before the client's own limit. */
  expectedOutput(model: string, workload: string): number
  /** USD; `cachedTokens` of the input are expected to be read from a prompt cache. */
  price(route: Route, inputTokens: number, outputTokens: number, cachedTokens: number, serviceTier?: string): number | undefined
}

export interface PlannerParts {
  readonly codec: Pick<Codec, 'converts'>
  readonly health: EngineState['health']
  /** In its place for requests that count. */
  readonly countingHealth: EngineState['countingHealth']
  readonly limits: EngineState['limits']
  readonly ledger: Ledger
  readonly random: () => number
}

/** What is asked for, and in which wire. */
export interface Asked {
  readonly operation: Operation
  readonly wire: Wire
}

export interface PlanInput extends Asked {
  readonly stream: boolean
  readonly demand: Demand
  readonly class: string
  readonly inputTokens: number
  /** Where the conversation was last answered, while its prompt cache lives. */
  readonly home: Home | undefined
  /** Of the random numbers that the strategy gets; see `drawSeed`. */
  readonly seed: number
  /** Unix ms. */
  readonly now: number
}

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

/** Requests between two that are spent on finding out whether an endpoint is back: one in fifty may wait in vain. */
const PROBE_SPACING = 50
/** A probe is given up after so many times what its first token is expected to take, and this at the least. */
const PROBE_PATIENCE = 8
const LEAST_PATIENCE_MS = 2000

/** Filter, admit, rank, order: from a model's endpoints to the list to try. */
export class Planner {
  readonly #parts: PlannerParts
  readonly #lastPicked = new Map<string, number>()
  #picks = 0

  constructor(parts: PlannerParts) {
    this.#parts = parts
  }

  /** With `sort.partition: none` the endpoints of all `steps` are sorted as one list; else `steps` is one step. */
  plan(steps: readonly Step[], input: PlanInput): Plan {
    const step = steps[0]!
    const { codec, countingHealth, health, limits } = this.#parts
    const { operation, wire, demand, inputTokens, now } = input
    const isCount = operation === 'counting'
    const modelOf = new Map<Route, string>()
    const excluded: Exclusion[] = []
    const eligible: Route[] = []
    for (const { model, preferences } of steps) {
      const filtered = filterRoutes(model.routes, {
        model: model.name,
        preferences,
        demand,
        inputTokens,
        operation,
        wire,
        speaks: (route) => wireFor(codec, input, route) !== undefined,
        limit: (route) => (isCount ? undefined : limits.exceeded(route.endpoint.id, route.limits, inputTokens, now)),
      })
      excluded.push(...filtered.excluded)
      for (const route of filtered.eligible) {
        modelOf.set(route, model.name)
        eligible.push(route)
      }
    }
    const admission = (isCount ? countingHealth : health).admit(
      eligible.map((route) => ({ id: route.endpoint.id, route })),
      now,
      this.#parts.random,
      operation,
    )
    for (const { endpoint, reason, detail } of admission.refused) {
      excluded.push({ endpoint: endpoint.id, model: modelOf.get(endpoint.route)!, reason, detail })
    }
    const routes = admission.admitted.map(({ route }) => route)
    const request = this.#request(step, input)
    const ranked = this.#rank(step, routes, request, input)
    const placed = applyPreferences(ranked, step.preferences, input.home?.endpoint, request).map((entry, index, { length }) => {
      const probe = index === 0 && length > 1 && entry.candidate.health === 'half-open'
      return new PlannedRoute(entry, modelOf.get(entry.route)!, probe ? patienceOf(entry.candidate) : undefined)
    })
    // Where there is a choice; names under `provider/any-model` come from clients.
    if (placed[0] && steps.length === 1 && step.model.routes.length > 1) this.#pick(placed[0].endpoint.id)
    const retryTimes = admission.refused.map((refusal) => refusal.retryAt)
    return {
      step,
      placed,
      excluded,
      retryAt: retryTimes.length > 0 ? Math.min(...retryTimes) : undefined,
      outputTokens: request.expectedOutputTokens,
      placedBy: placedBy(step.preferences, input.home),
    }
  }

  #request(step: Step, { stream, class: workload, demand, home, inputTokens }: PlanInput): RouteRequest {
    const expected = this.#parts.ledger.expectedOutput(step.model.name, workload)
    return {
      class: workload,
      inputTokens,
      expectedOutputTokens: Math.min(expected, demand.maxOutputTokens ?? Number.POSITIVE_INFINITY),
      stream,
      ...(home && { sticky: home.endpoint }),
    }
  }

  #rank(step: Step, routes: readonly Route[], request: RouteRequest, { home, now, seed, demand }: PlanInput): Placed[] {
    const ids = routes.map((route) => route.endpoint.id)
    const byId = new Map<string, { route: Route; candidate: Candidate }>()
    for (const route of routes)
      byId.set(route.endpoint.id, { route, candidate: this.#candidate(route, request, ids, home, now, demand.serviceTier) })
    const candidates = [...byId.values()].map(({ candidate }) => candidate)
    const { sort } = step.preferences
    const strategy = step.strategy ?? step.model.strategy
    const ranked =
      sort && sort !== 'exacto' ? sortCandidates(candidates, sort) : rankBy(strategy, request, candidates, { random: seeded(seed), now })
    return ranked.map((entry) => {
      const { route, candidate } = byId.get(entry.endpoint.id)!
      return { ...entry, route, candidate }
    })
  }

  #candidate(
    route: Route,
    request: RouteRequest,
    peers: readonly string[],
    home: Home | undefined,
    now: number,
    serviceTier: string | undefined,
  ): Candidate {
    const { health, ledger, limits } = this.#parts
    const { endpoint } = route
    const state = health.state(endpoint.id, now)
    const lastPicked = this.#lastPicked.get(endpoint.id) ?? 0
    const probe = state === 'half-open' && this.#picks - lastPicked >= PROBE_SPACING
    const beliefs = ledger.beliefs(endpoint.id, request.class, now, { peers, stream: request.stream, listed: endpoint.price !== undefined })
    const cachedTokens = expectedCached(endpoint.id, request.inputTokens, home, beliefs.cacheShare)
    const { inputTokens, expectedOutputTokens } = request
    const { ratio, n } = beliefs.effectivePrice ?? LIST_PRICE
    const listPrice =
      ledger.price(route, inputTokens, expectedOutputTokens, cachedTokens, serviceTier) ??
      (n > 0 ? unlistedPrice(inputTokens, expectedOutputTokens, cachedTokens) : undefined)
    const used = limits.used(endpoint.id, route.limits, now)
    return {
      // First: copying what is spread into an empty object is many times cheaper than into one with properties.
      ...beliefs,
      endpoint,
      position: route.position,
      // Ranked as if it were well: one that would come first then is asked whether it is.
      ...(probe && { success: WELL }),
      stall: probe ? 1 : Math.max(beliefs.stall, health.waiting(endpoint.id, now)),
      // Over a list price that there is not it says nothing to anybody.
      ...(endpoint.price === undefined && { effectivePrice: LIST_PRICE }),
      estimatedPrice: listPrice === undefined ? undefined : listPrice * ratio,
      inFlight: health.inFlight(endpoint.id),
      cap: health.cap(endpoint.id, now),
      health: state === 'ramping' || state === 'half-open' ? state : 'closed',
      outage: !probe && health.outage(endpoint.id, now),
      lastPicked,
      ...(used && { used: { ...used, ...route.limits } }),
    }
  }

  #pick(id: string): void {
    this.#lastPicked.set(id, ++this.#picks)
  }
}

/** What hangs must not cost a request its whole timeout to find out: probes are many in a long outage. */
const patienceOf = ({ ttft }: Candidate) => Math.max(LEAST_PATIENCE_MS, PROBE_PATIENCE * Math.exp(ttft.mean))

/** What has a say in the order beside the strategy. */
function placedBy(preferences: Preferences, home: Home | undefined): RequestRecord['placedBy'] {
  const { sort, order, preferredMinThroughput, preferredMaxLatency } = preferences
  if (sort) return 'sort'
  if (order.length > 0) return 'order'
  if (home) return 'affinity'
  return preferredMinThroughput === undefined && preferredMaxLatency === undefined ? undefined : 'threshold'
}

/** The wire to ask this route in: the client's own when the adapter speaks it, else the first one that a converter reaches. */
export function wireFor(codec: Pick<Codec, 'converts'>, { operation, wire }: Asked, route: Route): string | undefined {
  const wires = route.provider.adapter.wires[operation] ?? []
  if (wires.includes(wire)) return wire
  return wires.find((other) => codec.converts(operation, wire, other))
}

/** A conversation's cache is at its home and nowhere else; where there is no home, what is usual at the endpoint. */
function expectedCached(endpoint: string, inputTokens: number, home: Home | undefined, cacheShare = 0): number {
  if (!home) return cacheShare * inputTokens
  return home.endpoint === endpoint ? Math.min(home.cachedTokens, inputTokens) : 0
}

/** A strategy is anybody's code: when it throws, the error says whose. */
function rankBy(strategy: RoutableModel['strategy'], ...args: Parameters<RoutingStrategy['rank']>): ReturnType<RoutingStrategy['rank']> {
  try {
    return strategy.instance.rank(...args)
  } catch (error) {
    throw new RouterError('ROUTER_STRATEGY_FAILED', { strategy: strategy.name, reason: reasonOf(error) }, { cause: error })
  }
}
