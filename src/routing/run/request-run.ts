import { thrown } from '../../base/errors.ts'
import { Paced } from '../../base/paced.ts'
import { drawSeed } from '../../base/random.ts'
import type { RoutingConfig, Timeouts } from '../../config/types.ts'
import type { ModelSelection, OutcomeKind } from '../../plugins/api.ts'
import type { RouteAttempt } from '../attempt/route-attempt.ts'
import { askedTimeouts, sessionTimeouts } from '../attempt/timeouts.ts'
import type { Catalogue } from '../catalogue.ts'
import { Residence } from '../conversation/residence.ts'
import type { EngineCore } from '../parts.ts'
import type { Plan } from '../plan/planner.ts'
import type { Call, ClientSink, Demand, Description, Explained, RoutingFacts } from '../ports.ts'
import { keepBudget } from '../resolve/choose-model.ts'
import { atOwnAccounts } from '../resolve/own-accounts.ts'
import { resolve, type Step } from '../resolve/resolve.ts'
import { Answer } from './answer.ts'
import type { Asker } from './asker.ts'
import { type Cascade, cascadeOf } from './cascade.ts'
import { type GroupInput, groupInput, homeIn } from './group-input.ts'
import { whyNoAnswer } from './no-answer.ts'
import { type PlanOwner, PlanRun } from './plan-run.ts'
import { Progress } from './progress.ts'
import { type Recorded, requestRecord } from './request-record.ts'
import { SecondOpinion } from './second-opinion.ts'
import { noteImplied, withSelectedModels } from './selection.ts'
import { movesOn, movesToNextModel } from './verdict.ts'

/** For a count, which is estimated when nobody gives it in time. */
const COUNTING_MS = 5000

const NO_STEPS: readonly Step[] = []

/** One request on its way through the engine: resolve, plan, try, record. */
export class RequestRun extends Paced implements PlanOwner, Explained, Recorded {
  readonly core: EngineCore
  readonly call: Call
  readonly description: Description
  readonly account: string
  readonly answer: Answer
  class = ''
  inputTokens = 0
  dueMs: number
  holdsBack = false
  asksLogprobs = false
  spentUsd = 0
  readonly routing: RoutingConfig
  readonly progress: Progress
  readonly opinion = new SecondOpinion()
  readonly #catalogue: Catalogue
  readonly #asked: Partial<Timeouts> | undefined
  readonly seed: number
  readonly #residence: Residence
  readonly #asker: Asker
  selection: ModelSelection | undefined
  #cascade: Cascade | undefined
  #steps: readonly Step[] = NO_STEPS
  /** Of the group of steps that is planned together. */
  #group = 0
  #groups = 0
  /** Of steps in the first group; each other group has one. */
  #together = 1
  #input: GroupInput | undefined
  plan: Plan | undefined
  #current: PlanRun | undefined
  kind: OutcomeKind | undefined
  totalMs = 0
  #stopped = false

  /** Throws ROUTER_BAD_REQUEST. */
  constructor(
    core: EngineCore,
    catalogue: Catalogue,
    routing: RoutingConfig,
    call: Call,
    sink: ClientSink,
    account: string,
    asker: Asker,
  ) {
    super()
    this.core = core
    this.call = call
    this.account = account
    this.routing = routing
    this.#catalogue = catalogue
    this.#asker = asker
    this.seed = drawSeed(core.random)
    this.description = core.codec.describe(call)
    this.#residence = new Residence(core.state.affinity, this.description, account, routing.affinity.ttlMs)
    this.progress = new Progress(call.arrivedMs)
    this.#asked = askedTimeouts(call.headers['x-router-timeouts'], routing.requestTimeoutMaxMs)
    this.dueMs = call.arrivedMs + this.timeouts(undefined).totalMs
    this.answer = new Answer(call, sink, core.codec, core.wheel, routing.keepAliveMs)
    sink.explain?.(this)
  }

  facts(): RoutingFacts {
    return this.progress.facts(this.description.asked.model, this.selection !== undefined)
  }

  begin(): void {
    try {
      const resolved = this.#chain()
      const first = resolved[0]!
      const { totalMs } = this.timeouts(first.model.timeouts)
      this.dueMs = this.call.arrivedMs + (this.#isCount ? Math.min(totalMs, COUNTING_MS) : totalMs)
      this.answer.sink.onClose(() => {
        this.#current?.cancel('the client went away')
        this.#cascade?.abort()
      })
      const { books } = this.core
      this.inputTokens = books.estimateTokens(first.model.select?.from[0] ?? first.model.name, this.demand.textBytes)
      this.class = books.class(this.call, this.inputTokens, this.demand.structured)
      const input = groupInput(this, this.seed)
      this.#input = input
      const selected = withSelectedModels(resolved, this, this.#catalogue, this.#residence, this.seed, input.now)
      this.selection = selected?.selection
      this.#cascade = selected && cascadeOf(selected, this, this.#catalogue, this.seed)
      this.#steps = atOwnAccounts(selected?.steps ?? resolved, this.call.own)
      const { sort, partition } = this.#steps[0]!.preferences
      if (partition === 'none' && sort && !this.call.own && !this.#cascade)
        this.#together = this.#steps.filter(({ isOverBudget }) => !isOverBudget).length
      this.#groups = this.#steps.length - this.#together + 1
      this.#try(input)
    } catch (error) {
      this.#end(thrown(error))
    }
  }

  planEnded(kind = this.kind): void {
    try {
      this.kind = kind
      const { winner } = this.#current!
      this.#current = undefined
      if (winner?.isHeld) {
        this.#check(winner).catch((error: unknown) => this.#end(thrown(error)))
        return
      }
      if (winner && !this.#isCount) this.#settle(winner)
      if (this.#goesOn(kind)) {
        this.#group += 1
        this.#try(this.#input!)
      } else this.#finish(kind)
    } catch (error) {
      this.#end(thrown(error))
    }
  }

  /** An answer is held back until it has been checked; then it goes out, or a better model is asked. */
  async #check(winner: RouteAttempt): Promise<void> {
    const { answer, progress, routing } = this
    const startedMs = performance.now()
    const next = await this.#cascade!.check(winner, this.dueMs)
    progress.waited(startedMs)
    this.spentUsd = this.#cascade!.spentUsd
    const at = this.#steps.findIndex(({ model }, index) => index > this.#group && model.name === next)
    if (at < 0 || this.#stopped || answer.sink.closed || progress.begun >= routing.attempts) {
      this.#finish('ok')
      return
    }
    this.#group = at
    this.#try(this.#input!)
  }

  planFailed(error: unknown): void {
    this.#end(thrown(error))
  }

  #stepsOf(group: number): readonly Step[] {
    if (this.#groups === 1) return this.#steps
    const end = group + this.#together
    return this.#steps.slice(group === 0 ? 0 : end - 1, end)
  }

  /** Those of the group's models that can be asked, in the planner's order. */
  #try(input: GroupInput): void {
    const group = this.#stepsOf(this.#group)
    // A conversation stays where it is answered, not where it is counted.
    input.home = this.#isCount ? undefined : homeIn(group, this.#residence, input.now)
    input.own = group[0]!.own
    const plan = this.core.planner.plan(group, input)
    this.plan = plan
    this.progress.plan(plan, input.now)
    // One is left for each model to come, as far as they go round.
    const following = this.#groups - 1 - this.#group
    const left = this.routing.attempts - this.progress.begun
    this.holdsBack = this.#cascade?.holds(group[0]!.model.name) ?? false
    this.asksLogprobs = this.holdsBack && this.#cascade!.wantsLogprobs
    const isLast = (following === 0 || left <= 1) && !this.#cascade?.kept
    const run = new PlanRun(this, plan, left && Math.max(1, left - following), isLast)
    this.#current = run
    // What was asked beside a model that gave no answer.
    this.#cascade?.abort()
    run.begin()
    if (this.holdsBack && this.#current === run) this.#cascade!.begin(group[0]!.model.name)
  }

  /** `error`: why there is no answer, where none has begun. */
  #end(error?: unknown): void {
    this.#current = undefined
    this.#cascade?.abort()
    this.unlink()
    if (error === undefined || this.answer.fail(error)) {
      this.answer.close()
      this.#asker.settled()
    } else this.#asker.settled(error)
  }

  /** The router is going down. */
  stop(): void {
    this.#stopped = true
    this.#current?.stop('the router is shutting down')
    this.#cascade?.abort()
  }

  get configVersion(): string {
    return this.#catalogue.version
  }

  get demand(): Demand {
    return this.description.demand
  }

  timeouts(own: Timeouts | undefined): Timeouts {
    const base = own ?? this.routing.timeouts
    const wanted = this.#asked ? { ...base, ...this.#asked } : base
    return this.call.duplex ? sessionTimeouts(wanted) : wanted
  }

  /** Another model would count otherwise. */
  #chain(): Step[] {
    const steps = resolve(this.#catalogue, this.description.asked)
    return this.#isCount ? steps.slice(0, 1) : steps
  }

  get #isCount(): boolean {
    return this.call.operation === 'counting'
  }

  /** Another model of the chain may do better. */
  #goesOn(kind: OutcomeKind | undefined): boolean {
    const following = this.#group + 1
    const next = following < this.#groups && !this.#stopped ? this.#stepsOf(following)[0] : undefined
    if (!next || this.#cascade?.admits(next.model.name) === false) return false
    if (kind === 'ok' || kind === 'caller_cancelled' || this.answer.committed) return false
    // What the router itself added to the request may be what was refused.
    const isOurs = kind === 'caller_invalid' && this.asksLogprobs
    if (isOurs) this.opinion.forget()
    return isOurs || kind === undefined || movesOn(kind) || movesToNextModel(kind)
  }

  #settle({ planned: { endpoint, model }, record }: RouteAttempt): void {
    const now = this.core.now()
    this.#residence.settle(model, endpoint.id, record?.usage, now)
    if (this.selection) this.#residence.settle(this.selection.name, model, record?.usage, now)
  }

  /** Delivers what was held back when nobody did better. What is over for its client is recorded later. */
  #finish(kind: OutcomeKind | undefined): void {
    const { answer, core, progress } = this
    this.#cascade?.abort()
    const kept = answer.committed ? undefined : this.#cascade?.kept
    const delivers = progress.held && !kept && kind !== 'ok' && !answer.committed && !answer.sink.closed
    if (delivers) progress.deliverHeld()
    else progress.held = undefined
    const ended = kept ? this.#cascade!.deliver(this) : kind
    if (kept && ended === 'ok') this.#settle(kept)
    this.kind = delivers ? 'provider_malformed' : ended
    this.totalMs = performance.now() - this.call.arrivedMs
    const selection = this.#cascade?.selection ?? this.selection
    this.selection = selection
    const selector = selection && this.#catalogue.models.get(selection.name)
    keepBudget(selector, progress, core.books.quality, this.#cascade?.costUsd)
    if (ended === 'ok' || ended === 'caller_cancelled' || answer.committed) {
      this.unlink()
      answer.close()
      core.later.add(this)
    } else {
      this.#record()
      this.#end(whyNoAnswer(this, this.#steps, this.#stopped))
    }
  }

  /** Its client has its answer. */
  proceed(): void {
    let defect: unknown
    try {
      this.#record()
    } catch (error) {
      defect = thrown(error)
    }
    this.#asker.settled(defect)
  }

  #record(): void {
    const selection = this.selection
    const request = requestRecord(this)
    this.core.books.record(request)
    if (selection) noteImplied(request, selection, this, this.#catalogue)
  }
}
