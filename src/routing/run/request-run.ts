import { RouterError } from '../../base/errors.ts'
import { drawSeed } from '../../base/random.ts'
import type { RoutingConfig, Timeouts } from '../../config/types.ts'
import type { AttemptRecord, Exclusion, ModelSelection, OutcomeKind } from '../../plugins/api.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { askedTimeouts } from '../attempt/timeouts.ts'
import type { Catalogue } from '../catalogue.ts'
import type { Home } from '../conversation/affinity.ts'
import { Residence } from '../conversation/residence.ts'
import type { Engine } from '../engine.ts'
import type { PlanInput } from '../plan/plan-input.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import type { Plan } from '../plan/planner.ts'
import type { Call, ClientSink, Demand, Description } from '../ports.ts'
import { adjustQualityFloor } from '../resolve/choose-model.ts'
import { resolve, type Step } from '../resolve/resolve.ts'
import { selectSteps } from '../resolve/select-steps.ts'
import { race } from './hedge.ts'
import { SecondOpinion } from './second-opinion.ts'
import { isStillFree } from './still-free.ts'
import { failureOf, mayBeOver, movesOn, movesToNextModel, notEligible, worthRepeating } from './verdict.ts'

/** Waiting time before an endpoint is tried again, doubling, with full jitter. */
const BACKOFF_MS = 250
/** For a count, which is estimated when nobody gives it in time. */
const COUNTING_MS = 5000

/** Whether its strategy keeps conversations in one place only when their client named them. */
const staysWhenNamed = ({ preferences, strategy, model }: Step) =>
  !preferences.sort && (strategy ?? model.strategy).instance.affinity === 'named'

/** One request on its way through the engine: its plan, its attempts, its record. */
export class RequestRun {
  readonly engine: Engine
  readonly call: Call
  readonly sink: ClientSink
  readonly routing: RoutingConfig
  readonly catalogue: Catalogue
  readonly description: Description
  readonly demand: Demand
  /** Of the whole request. */
  dueMs: number
  readonly #asked: Partial<Timeouts> | undefined
  readonly attempts: AttemptRecord[] = []
  readonly #seed: number
  readonly account: string
  readonly #candidates: PlannedRoute[] = []
  /** Of the first model with candidates: the one whose first choice is judged at replay. */
  #decided: Plan | undefined
  readonly #excluded: Exclusion[] = []
  /** Time spent waiting for upstreams, which is no overhead. */
  #upstreamMs = 0
  overheadMs = 0
  inputTokens = 0
  class = ''
  upstreamId: string | undefined
  readonly inFlight = new Set<Attempt>()
  retryAfterMs: number | undefined
  committed = false
  /** Attempts begun. */
  begun = 0
  /** Nobody else can be asked. */
  isLastChance = true
  /** An answer with invalid output has gone to the client. */
  delivered = false
  /** The last answer with invalid output: delivered when nobody does better. */
  #kept: { readonly planned: PlannedRoute; readonly deliver: () => void } | undefined
  readonly #opinion = new SecondOpinion()
  #notTranslatable: RouterError | undefined
  #stopped = false
  readonly #residence: Residence
  #selection: ModelSelection | undefined
  #wake: (() => void) | undefined

  constructor(engine: Engine, call: Call, sink: ClientSink, account: string) {
    this.engine = engine
    this.call = call
    this.sink = sink
    this.account = account
    this.#seed = drawSeed(engine.random)
    this.routing = engine.routing
    this.catalogue = engine.catalogue
    this.description = engine.codec.describe(call)
    this.demand = this.description.demand
    this.#residence = new Residence(engine.state.affinity, this.description, account, this.routing.affinity.ttlMs)
    this.#asked = askedTimeouts(call.headers['x-router-timeouts'], this.routing.requestTimeoutMaxMs)
    this.dueMs = call.arrivedMs + this.timeouts(undefined).totalMs
  }

  async run(): Promise<void> {
    const resolved = this.#chain()
    const { totalMs } = this.timeouts(resolved[0]!.model.timeouts)
    this.dueMs = this.call.arrivedMs + (this.#isCount ? Math.min(totalMs, COUNTING_MS) : totalMs)
    this.sink.onClose(() => {
      for (const attempt of this.inFlight) attempt.cancel('the client went away')
      this.#wake?.()
    })
    const input = this.#planInput(resolved[0]!)
    const { steps, selection } = selectSteps(this, resolved, this.#residence, input.now)
    this.#selection = selection
    const groups = steps[0]!.preferences.partition === 'none' && steps[0]!.preferences.sort ? [steps] : steps.map((step) => [step])
    let last: { plan: Plan; kind: OutcomeKind | undefined } | undefined
    for (const [index, group] of groups.entries()) {
      const plan = this.engine.planner.plan(group, { ...input, home: this.#homeIn(group, input.now) })
      if (plan.placed.length > 0) this.#decided ??= plan
      this.#candidates.push(...plan.placed)
      this.#excluded.push(...plan.excluded)
      this.#noteRetry(plan.retryAt === undefined ? undefined : plan.retryAt - input.now)
      const following = groups.length - 1 - index
      // One is left for each model to come, as far as they go round.
      const left = this.routing.attempts - this.begun
      const kind = await this.#tryPlan(plan, left && Math.max(1, left - following), following === 0 || left <= 1)
      last = { plan, kind: kind ?? last?.kind }
      if (kind === 'ok' || kind === 'caller_cancelled' || this.committed) break
      if (kind !== undefined && !movesOn(kind) && !movesToNextModel(kind) && !this.#opinion.isWanted) break
    }
    if (this.#kept && last!.kind !== 'ok' && !this.committed && !this.sink.closed) {
      this.#kept.deliver()
      this.delivered = true
    } else this.#kept = undefined
    this.#record(last!.plan, this.#kept ? 'provider_malformed' : last!.kind)
    if (last!.kind === 'ok' || last!.kind === 'caller_cancelled' || this.committed) return
    if (this.#stopped) throw new RouterError('ROUTER_DRAINING', {}, { retryAfterMs: 1000 })
    if (this.attempts.length > 0) throw failureOf(this.attempts, this.retryAfterMs, this.#opinion.refusal)
    const models = steps.map((step) => step.model.name)
    throw this.#notTranslatable ?? notEligible(models, this.#excluded, this.retryAfterMs)
  }

  /** Another model would count otherwise. */
  #chain(): Step[] {
    const steps = resolve(this.catalogue, this.description.asked)
    return this.#isCount ? steps.slice(0, 1) : steps
  }

  get #isCount(): boolean {
    return this.call.operation === 'counting'
  }

  #planInput(step: Step): Omit<PlanInput, 'home'> {
    const { books, now } = this.engine
    this.inputTokens = books.estimateTokens(step.model.select?.from[0] ?? step.model.name, this.demand.textBytes)
    this.class = books.class(this.call, this.inputTokens, this.demand.structured)
    const { operation, wire, stream } = this.call
    return {
      operation,
      wire,
      stream,
      demand: this.demand,
      class: this.class,
      inputTokens: this.inputTokens,
      seed: this.#seed,
      now: now(),
    }
  }

  /** The kind of the last attempt; undefined when none was made. */
  async #tryPlan(plan: Plan, budget: number, lastChance: boolean): Promise<OutcomeKind | undefined> {
    let kind: OutcomeKind | undefined
    let round = this.#opinion.among(plan.placed)
    for (let pass = 0; round.length > 0; pass++) {
      const again: PlannedRoute[] = []
      let queue = [...round]
      for (let planned = queue.shift(); planned; planned = queue.shift()) {
        if (budget === 0 || this.#isOver()) return kind
        // The first choice was admitted just now.
        if (kind !== undefined && round.length > 1 && !isStillFree(this, planned)) continue
        const startedMs = performance.now()
        this.isLastChance = budget === 1 || this.#opinion.isWanted || (queue.length === 0 && lastChance)
        const tried = await race(this, planned, budget > 1 ? this.#spare(planned, queue) : undefined)
        if (tried === undefined) continue
        const { planned: asked } = tried.tries.at(-1)!
        kind = this.#opinion.heed(tried.kind, asked, this.attempts)
        this.#upstreamMs += performance.now() - startedMs
        budget -= tried.begun
        if (kind === 'ok') this.#settle(asked)
        if (this.committed || !(movesOn(kind) || this.#opinion.isWanted)) return kind
        if (this.#opinion.isWanted) queue = [...this.#opinion.among(queue)]
        for (const each of tried.tries) if (worthRepeating(each.kind)) again.push(each.planned)
      }
      // An answer is there, or a refusal: nobody is asked again for a better one.
      if (
        this.#kept ||
        this.#opinion.isWanted ||
        this.#isCount ||
        !lastChance ||
        !plan.step.preferences.allowFallbacks ||
        budget === 0 ||
        !(await this.#backOff(pass))
      )
        return kind
      round = again
    }
    return kind
  }

  /** The next endpoint for a hedge, taken out of the queue and paid for; undefined when this request is not to be hedged. */
  #spare(planned: PlannedRoute, queue: PlannedRoute[]): (() => PlannedRoute | undefined) | undefined {
    const { enabled, budget } = this.routing.hedging
    if (!enabled || !this.call.stream || queue.length === 0 || !this.description.isRepeatable()) return undefined
    const { hedges } = this.engine.state
    hedges.earn(budget, planned.candidate.estimatedPrice ?? 0)
    return () => {
      const at = queue.findIndex((other) => isStillFree(this, other))
      const next = queue[at]
      if (!next || !hedges.spend(budget, next.candidate.estimatedPrice ?? 0)) return undefined
      queue.splice(at, 1)
      return next
    }
  }

  #isOver(): boolean {
    return this.#stopped || this.sink.closed || performance.now() >= this.dueMs
  }

  /** Waits before a second round. False when there is no time for one. */
  async #backOff(pass: number): Promise<boolean> {
    const retryAfter = this.retryAfterMs ?? 0
    const delay = Math.max(retryAfter, BACKOFF_MS * 2 ** pass * this.engine.random())
    // A client gets its 503 rather than hang for a distant retry-after.
    if (retryAfter > 2000 || performance.now() + delay >= this.dueMs) return false
    this.retryAfterMs = undefined
    const startedMs = performance.now()
    await new Promise<void>((resolve) => {
      const deadline = this.engine.wheel.add(delay, resolve)
      this.#wake = () => {
        deadline.cancel()
        resolve()
      }
    })
    this.#wake = undefined
    this.#upstreamMs += performance.now() - startedMs
    return !this.#isOver()
  }

  /** Keeps the shortest time after which trying again may help. */
  #noteRetry(ms: number | undefined): void {
    if (ms !== undefined && ms >= 0) this.retryAfterMs = Math.min(this.retryAfterMs ?? Number.POSITIVE_INFINITY, ms)
  }

  /** The router is going down. */
  stop(): void {
    this.#stopped = true
    for (const attempt of this.inFlight) attempt.stop('the router is shutting down')
    this.#wake?.()
  }

  /** For `launch`: milliseconds from arrival to now, where an attempt begins. What was not spent on upstreams is the router's own. */
  startMs(): number {
    const startMs = performance.now() - this.call.arrivedMs
    if (this.inFlight.size === 0) this.overheadMs = startMs - this.#upstreamMs
    return startMs
  }

  /** What holds at a model or route with these of its own: what the request asks for comes first. */
  timeouts(own: Timeouts | undefined): Timeouts {
    const base = own ?? this.routing.timeouts
    return this.#asked ? { ...base, ...this.#asked } : base
  }

  /** For `launch`: an answer that is not what was asked for, in case nobody does better. */
  keep(planned: PlannedRoute, deliver: () => void): void {
    this.#kept = { planned, deliver }
  }

  /** For `launch`: the request cannot be said in this endpoint's wire. */
  exclude({ endpoint, model }: PlannedRoute, error: RouterError): void {
    this.#excluded.push({ endpoint: endpoint.id, model, reason: 'wire', detail: error.message })
    this.#notTranslatable = error
  }

  endAttempt(record: AttemptRecord, retryAfterMs: number | undefined): void {
    this.attempts.push(record)
    this.#noteRetry(retryAfterMs ?? (mayBeOver(record.kind) ? 0 : undefined))
  }

  /** The conversation's home in one of these models. Recognising a conversation is left out where there is no choice to make. */
  #homeIn(group: readonly Step[], now: number): Home | undefined {
    // A conversation stays where it is answered, not where it is counted.
    if (this.#isCount) return undefined
    const isChoice = group.length > 1 || group[0]!.model.routes.length > 1
    if (!isChoice || group[0]!.preferences.order.length > 0) return undefined
    return this.#residence.find(
      group.map(({ model }) => model.name),
      now,
      staysWhenNamed(group[0]!),
    )
  }

  #settle({ endpoint, model }: PlannedRoute): void {
    if (this.#isCount) return
    const now = this.engine.now()
    const usage = this.attempts.findLast((attempt) => attempt.endpoint === endpoint.id)?.usage
    this.#residence.settle(model, endpoint.id, usage, now)
    if (this.#selection) this.#residence.settle(this.#selection.name, model, usage, now)
  }

  #record(plan: Plan, kind: OutcomeKind | undefined): void {
    const { call } = this
    const used = this.#kept?.planned.endpoint.id ?? this.attempts.at(-1)?.endpoint
    const requested = this.description.asked.model
    const { outputTokens, placedBy } = this.#decided ?? plan
    const selector = this.#selection && this.catalogue.models.get(this.#selection.name)
    adjustQualityFloor(selector, this, this.engine.books.quality)
    this.engine.books.record({
      id: call.id,
      time: call.time,
      requestedModel: typeof requested === 'string' ? requested.slice(0, 200) : plan.step.model.name,
      model: this.#candidates.find((candidate) => candidate.endpoint.id === used)?.model ?? plan.step.model.name,
      operation: call.operation,
      wire: call.wire,
      class: this.class,
      stream: call.stream,
      strategy: plan.step.preferences.sort ? `sort:${plan.step.preferences.sort}` : plan.step.model.strategy.name,
      configVersion: this.catalogue.version,
      inputTokensEstimate: this.inputTokens,
      outputTokensEstimate: outputTokens,
      seed: this.#seed,
      placedBy,
      selection: this.#selection,
      planned: this.#candidates,
      excluded: this.#excluded,
      attempts: this.attempts,
      delivered: this.delivered ? true : undefined,
      kind: kind ?? (this.sink.closed ? 'caller_cancelled' : 'router_error'),
      upstreamId: this.upstreamId,
      requestId: call.trace?.requestId,
      traceparent: call.trace?.traceparent,
      client: this.account === '' ? undefined : this.account,
      totalMs: performance.now() - call.arrivedMs,
      overheadMs: this.overheadMs,
    })
  }
}
