import type { Signs } from '../base/signs.ts'
import type { OutcomeBook } from '../outcomes/cells/cells.ts'
import { classOf } from '../outcomes/cells/class-of.ts'
import { costOf, estimatePrice } from '../outcomes/estimates/cost.ts'
import { OutputEstimator } from '../outcomes/estimates/output-estimator.ts'
import { TokenEstimator } from '../outcomes/estimates/token-estimator.ts'
import type { FinishedRequest } from '../outcomes/log/finished-request.ts'
import { judgeAnswers } from '../outcomes/quality/judge.ts'
import type { QualityBook } from '../outcomes/quality/quality.ts'
import { type Implied, Signals, type SignalsWanted } from '../outcomes/quality/signals.ts'
import type { Outcome } from '../outcomes/types.ts'
import type { UsageBook } from '../outcomes/usage/usage-book.ts'
import type { RequestRecord, Usage } from '../plugins/api.ts'
import type { Route } from '../routing/catalogue.ts'
import type { Books } from '../routing/parts.ts'
import type { BeliefsAsked } from '../routing/plan/parts.ts'
import type { Call } from '../routing/ports.ts'

/** Where finished requests go: none of these may throw or wait. */
export type RequestListener = (request: FinishedRequest) => void

/** What one attempt turned out to be, of which of the client's models, and the bytes of text it was asked with. */
export type OutcomeListener = (outcome: Outcome, model: string, textBytes: number) => void

/** What is kept of an answer that may still be judged. */
export type Answer = Pick<
  RequestRecord,
  'id' | 'model' | 'class' | 'kind' | 'attempts' | 'selection' | 'inputTokensEstimate'
>

const answerOf = ({
  id,
  model,
  class: workload,
  kind,
  attempts,
  selection,
  inputTokensEstimate,
}: FinishedRequest): Answer => ({
  inputTokensEstimate,
  id,
  model,
  class: workload,
  kind,
  attempts,
  ...(selection && { selection }),
})

class Estimators {
  readonly tokens = new TokenEstimator()
  readonly output = new OutputEstimator()
}

/** The engine's view of the outcomes: what to expect, and where to record. */
export class RouterBooks implements Books {
  readonly quality: QualityBook
  readonly usage: UsageBook
  readonly #book: OutcomeBook
  readonly #listeners: readonly RequestListener[]
  readonly #named = new Estimators()
  /** Of models that only clients name: however many they invent, those of the configuration stay. */
  readonly #strays = new Estimators()
  readonly #onOutcome: OutcomeListener
  readonly #signals = new Signals<Answer>()

  /** Whether a model is one of the configuration. */
  isNamed: (model: string) => boolean = () => true

  /** Gets what conversations say of their answers by going on. */
  onImplied: (implied: Implied<Answer>) => void = () => {}

  /** `onOutcome` gets what the book gets. Like the listeners it may neither throw nor wait. */
  constructor(book: OutcomeBook, listeners: readonly RequestListener[], onOutcome: OutcomeListener = () => {}) {
    this.#book = book
    this.quality = book.quality
    this.usage = book.usage
    this.#listeners = listeners
    this.#onOutcome = onOutcome
  }

  get surprises(): number {
    return this.#book.surprises
  }

  get shifts(): number {
    return this.#book.shifts
  }

  get learned(): number {
    return this.#book.learned
  }

  beliefs(endpoint: string, workload: string, now: number, context: BeliefsAsked) {
    return this.#book.beliefs(endpoint, workload, now, context)
  }

  expectedOutput(model: string, workload: string): number {
    return this.#of(model).output.expect(model, workload)
  }

  price(
    route: Route,
    inputTokens: number,
    outputTokens: number,
    cachedTokens: number,
    serviceTier?: string,
    work?: Usage,
  ): number | undefined {
    return estimatePrice(route.endpoint.price, inputTokens, outputTokens, cachedTokens, serviceTier, work)
  }

  cost(route: Route, usage: Usage): number | undefined {
    return costOf(route.endpoint.price, usage)
  }

  estimateTokens(model: string, textBytes: number): number {
    return this.#of(model).tokens.estimate(textBytes, model)
  }

  class(call: Call, inputTokens: number, structured: boolean): string {
    return classOf(call.operation, inputTokens, structured)
  }

  outcome(outcome: Outcome, model: string, textBytes: number): void {
    this.merge(outcome, model, textBytes)
    this.#onOutcome(outcome, model, textBytes)
  }

  /** An outcome of another router that shares the cells. */
  merge(outcome: Outcome, model: string, textBytes: number): void {
    this.#book.record(outcome)
    if (outcome.kind !== 'ok' || !outcome.usage) return
    const { inputTokens, outputTokens } = outcome.usage
    const { tokens, output } = this.#of(model)
    if (inputTokens !== undefined) tokens.learn(textBytes, model, inputTokens)
    if (outputTokens !== undefined) output.learn(model, outcome.class, outputTokens)
  }

  record(request: FinishedRequest): void {
    if (request.operation === 'chat' || request.operation === 'completion')
      judgeAnswers(request, this.#book.quality, request.time + request.totalMs, this.isNamed)
    this.usage.take(request)
    // By index: an iterator gives an object for each.
    for (let at = 0; at < this.#listeners.length; at++) this.#listeners[at]!(request)
  }

  follow(request: FinishedRequest, conversation: string, signs: Signs, wanted: SignalsWanted): void {
    const { time, totalMs, kind } = request
    const implied = this.#signals.take(
      conversation,
      signs,
      wanted,
      time,
      kind === 'ok' ? answerOf(request) : undefined,
      time + totalMs,
    )
    if (implied) this.onImplied(implied)
  }

  #of(model: string): Estimators {
    return this.isNamed(model) ? this.#named : this.#strays
  }
}
