import type { DeadlineWheel } from '../base/deadline-wheel.ts'
import type { Later } from '../base/later.ts'
import type { Signs } from '../base/signs.ts'
import type { Soon } from '../base/soon.ts'
import type { FinishedRequest } from '../outcomes/log/finished-request.ts'
import type { QualityBook } from '../outcomes/quality/quality.ts'
import type { SignalsWanted } from '../outcomes/quality/signals.ts'
import type { Outcome } from '../outcomes/types.ts'
import type { Usage } from '../plugins/api.ts'
import type { Route } from './catalogue.ts'
import type { AnswerChecks } from './checks.ts'
import type { Codec } from './codec.ts'
import type { Ledger } from './plan/parts.ts'
import type { Planner } from './plan/planner.ts'
import type { Call } from './ports.ts'
import type { EngineState } from './state/state.ts'
import type { Transport } from './upstream/transport.ts'

/** Where finished requests are recorded. It may neither throw nor wait. */
export interface Books extends Ledger {
  readonly quality: QualityBook
  /** Tokens of input to expect of a body with this much text. */
  estimateTokens(model: string, textBytes: number): number
  class(call: Call, inputTokens: number, structured: boolean): string
  cost(route: Route, usage: Usage): number | undefined
  /** Once per attempt, as it ends. */
  outcome(outcome: Outcome, model: string, textBytes: number): void
  /** Once per request, after its answer. */
  record(request: FinishedRequest): void
  /** After a request of a selector in a conversation: what it says of the answer before it. */
  follow(request: FinishedRequest, conversation: string, signs: Signs, wanted: SignalsWanted): void
}

/** What an engine is made of. */
export interface EngineParts {
  readonly codec: Codec
  readonly transport: Transport
  readonly state: EngineState
  readonly books: Books
  /** Of selectors that check answers before they go out; default: none does. */
  readonly checks?: AnswerChecks
  /** In [0, 1); default Math.random. */
  readonly random?: () => number
  /** Unix milliseconds that never go back; default: the wall clock, from which what it is set back by is taken out. */
  readonly now?: () => number
}

/** The engine as its requests see it. */
export interface EngineCore extends Required<Omit<EngineParts, 'checks'>> {
  readonly checks: AnswerChecks | undefined
  readonly planner: Planner
  readonly wheel: DeadlineWheel
  readonly soon: Soon
  readonly later: Later
}
