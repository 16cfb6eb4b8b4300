import type { PriorSource } from '../../outcomes/beliefs/prior.ts'
import { classOf } from '../../outcomes/cells/class-of.ts'
import { costOf } from '../../outcomes/estimates/cost.ts'
import type { Outcome } from '../../outcomes/types.ts'
import type { Endpoint, Price, Usage } from '../../plugins/api.ts'
import type { RoutableModel } from '../../routing/catalogue.ts'
import type { HealthChange } from '../../routing/health/health-change.ts'
import type { PlannedRoute } from '../../routing/plan/planned-route.ts'
import { movesOn, worthRepeating } from '../../routing/run/verdict.ts'
import type { EventQueue } from '../event-queue.ts'
import { type NamedStrategy, VirtualRouter, virtualModel } from '../virtual-router.ts'
import { RateCap } from './rate-cap.ts'
import { WORLD_START } from './start.ts'
import type { Arrival, RecordedOutcome, Respond, World, WorldSite } from './types.ts'

/** What is set for every replay: the defaults of the configuration. */
const ATTEMPTS = 3
/** As in the engine: the waiting before a second round, doubling, with full jitter. */
const BACKOFF_MS = 250
const LIMITED: RecordedOutcome = {
  kind: 'provider_rate_limited',
  ttftS: undefined,
  tokensPerSecond: undefined,
  totalS: 0.2,
}

interface Attempted {
  readonly endpoint: string
  /** Milliseconds. */
  readonly at: number
  readonly outcome: RecordedOutcome
}

/** A request that has been answered, or given up. */
export interface Served {
  readonly arrival: Arrival
  readonly attempts: readonly Attempted[]
  readonly ok: boolean
  /** From arrival to the end of the answer or of the last attempt, waiting between attempts included. */
  readonly waitedS: number
  readonly costUsd: number
  /** What the answer was not worth; see `RecordedOutcome.lostS`. */
  readonly lostS: number
}

interface Parts {
  readonly world: World
  readonly site: WorldSite
  readonly strategy: NamedStrategy
  readonly random: () => number
  readonly queue: EventQueue
  readonly prior: PriorSource | undefined
  readonly respond?: Respond | undefined
  readonly onOutcome: (outcome: Outcome) => void
  readonly onHealth?: (change: HealthChange, now: number) => void
  readonly onServed: (served: Served) => void
}

interface Request {
  readonly arrival: Arrival
  readonly class: string
  readonly startedAt: number
  readonly attempts: Attempted[]
  round: readonly PlannedRoute[]
  /** Place in the round. */
  next: number
  /** To be tried again in the next round. */
  again: PlannedRoute[]
  pass: number
}

/**
 * One site's router in a recorded world: plans each arrival, plays the attempts on the virtual clock, and records them,
 * as the engine would.
 */
export class SiteRun {
  readonly #parts: Parts
  readonly #router: VirtualRouter
  readonly #models = new Map<string, RoutableModel>()
  readonly #caps = new Map<string, RateCap>()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#router = new VirtualRouter({
      random: parts.random,
      prior: parts.prior,
      onHealth: (change) => parts.onHealth?.(change, parts.queue.now),
    })
    for (const [endpoint, rpm] of parts.site.capsRpm) this.#caps.set(endpoint, new RateCap(rpm))
  }

  arrive(arrival: Arrival, now: number): void {
    const { tokensIn, stream = true, structured = false } = arrival
    const workload = classOf('chat', tokensIn, structured)
    const plan = this.#router.plan(
      this.#model(arrival),
      { class: workload, stream, structured, inputTokens: tokensIn },
      now,
    )
    this.#tryNext(
      { arrival, class: workload, startedAt: now, attempts: [], round: plan.placed, next: 0, again: [], pass: 0 },
      now,
    )
  }

  /** The loop of `RequestRun`, cut at every wait. */
  #tryNext(request: Request, now: number): void {
    const { round, attempts } = request
    while (attempts.length < ATTEMPTS && request.next < round.length) {
      const planned = round[request.next++]!
      const passed = attempts.length > 0 && round.length > 1 && !this.#router.health.available(planned.endpoint.id, now)
      if (!passed) {
        this.#attempt(request, planned, now)
        return
      }
    }
    if (attempts.length === ATTEMPTS || request.again.length === 0) this.#serve(request, false, now)
    else this.#backOff(request, now)
  }

  #backOff(request: Request, now: number): void {
    const delay = BACKOFF_MS * 2 ** request.pass * this.#parts.random()
    Object.assign(request, { round: request.again, next: 0, again: [], pass: request.pass + 1 })
    this.#parts.queue.add(now + delay, (then) => this.#tryNext(request, then))
  }

  #attempt(request: Request, planned: PlannedRoute, now: number): void {
    const { health } = this.#router
    const { queue } = this.#parts
    const { id } = planned.endpoint
    const { attempts, next, round } = request
    const isLastChance = attempts.length === ATTEMPTS - 1 || next === round.length
    const allowed = this.#caps.get(id)?.accept(now) ?? true
    const recorded = allowed
      ? curtail(this.#respond(request.arrival, id, now), isLastChance ? undefined : planned.patienceMs)
      : LIMITED
    request.attempts.push({ endpoint: id, at: now, outcome: recorded })
    const ticket = health.begin(id, now, Math.exp(planned.candidate.ttft.mean))
    if (recorded.ttftS !== undefined) queue.add(now + 1000 * recorded.ttftS, (then) => health.answered(ticket, then))
    queue.add(now + 1000 * recorded.totalS, (then) => {
      const outcome = this.#outcome(request, planned.endpoint, recorded, then)
      this.#router.end(ticket, outcome, request.arrival.model)
      this.#parts.onOutcome(outcome)
      if (worthRepeating(recorded.kind)) request.again.push(planned)
      if (movesOn(recorded.kind)) this.#tryNext(request, then)
      else this.#serve(request, recorded.kind === 'ok', then)
    })
  }

  #respond(arrival: Arrival, endpoint: string, now: number): RecordedOutcome {
    const { respond, site } = this.#parts
    const recorded = arrival.outcomes.get(endpoint)!
    return respond ? respond(site, endpoint, arrival, recorded, (now - WORLD_START) / 1000) : recorded
  }

  #outcome({ arrival, class: workload }: Request, endpoint: Endpoint, recorded: RecordedOutcome, at: number): Outcome {
    const { kind, tokensPerSecond, totalS } = recorded
    const { stream = true } = arrival
    const ttftS = stream || kind !== 'ok' ? recorded.ttftS : totalS
    const usage = usageOf(arrival, recorded)
    const listUsd = costOf(endpoint.price, usage)
    const costUsd = recorded.costUsd ?? listUsd
    return {
      endpoint: endpoint.id,
      class: workload,
      kind,
      at,
      stream,
      totalMs: 1000 * totalS,
      ...(ttftS !== undefined && { ttftMs: 1000 * ttftS }),
      ...(stream && tokensPerSecond !== undefined && { tokensPerSecond }),
      ...(kind === 'ok' && { usage, ...(costUsd !== undefined && { costUsd }) }),
      ...(kind === 'ok' && listUsd !== undefined && { listUsd }),
    }
  }

  #serve({ arrival, attempts, startedAt }: Request, ok: boolean, now: number): void {
    const last = attempts.at(-1)!
    const price = ok ? this.#parts.world.endpoints.get(last.endpoint)?.price : undefined
    const lostS = ok ? (last.outcome.lostS ?? 0) : 0
    const waitedS = (now - startedAt) / 1000
    this.#parts.onServed({ arrival, attempts, ok, waitedS, costUsd: paidFor(arrival, last.outcome, price), lostS })
  }

  /** The endpoints that have an outcome for this arrival; usually the same ones every time. */
  #model({ model, outcomes }: Arrival): RoutableModel {
    const key = `${model}\n${[...outcomes.keys()].join('\n')}`
    const known = this.#models.get(key)
    if (known) return known
    const { endpoints } = this.#parts.world
    const made = virtualModel(
      model,
      [...outcomes.keys()].map((id) => endpointOf(id, endpoints.get(id)!)),
      this.#parts.strategy,
    )
    this.#models.set(key, made)
    return made
  }
}

/** USD of an answer. */
export const paidFor = (arrival: Arrival, outcome: RecordedOutcome, price: Price | undefined): number =>
  outcome.costUsd ?? costOf(price, usageOf(arrival, outcome)) ?? 0

const usageOf = ({ tokensIn, tokensOut }: Arrival, outcome: RecordedOutcome): Usage => ({
  inputTokens: tokensIn,
  outputTokens: outcome.tokensOut ?? tokensOut,
  ...(outcome.cachedTokens !== undefined && { cacheReadTokens: outcome.cachedTokens }),
})

/** What the router sees of an answer that it waits for no longer than this: the end of its patience. */
function curtail(recorded: RecordedOutcome, patienceMs = Number.POSITIVE_INFINITY): RecordedOutcome {
  if (1000 * (recorded.ttftS ?? recorded.totalS) <= patienceMs) return recorded
  return {
    kind: 'provider_timeout_first_token',
    ttftS: undefined,
    tokensPerSecond: undefined,
    totalS: patienceMs / 1000,
  }
}

const endpointOf = (
  id: string,
  { model, price }: { readonly model: string; readonly price: Endpoint['price'] | undefined },
): Endpoint => ({
  id,
  provider: id.includes('/') ? id.slice(0, id.indexOf('/')) : id,
  model,
  weight: 1,
  ...(price && { price }),
})
