import type { Timeouts } from '../../config/types.ts'
import type { EngineCore } from '../parts.ts'
import type { AnswerHead, Call, ClientSink, Demand, Description } from '../ports.ts'

/** What the attempts of one request share. They change nothing of it. */
export interface AttemptContext {
  readonly core: EngineCore
  readonly call: Call
  readonly description: Description
  readonly demand: Demand
  /** Fingerprint of the client's key. */
  readonly account: string
  readonly class: string
  readonly inputTokens: number
  readonly answer: ClientAnswer
  /** An answer is to be checked first: its attempt does not deliver it. */
  readonly holdsBack: boolean
  /** USD of answers that were thrown away before, and of their checks: the client's answer costs as much more. */
  readonly spentUsd: number
  /** By how sure the model was of its tokens: then its upstream is asked, where it is known to say so or may. */
  readonly asksLogprobs: boolean
  /** Monotonic ms at which the whole request must be done. */
  readonly dueMs: number
  /** What holds at a model or route with these of its own: what the request asks for comes first. */
  timeouts(own: Timeouts | undefined): Timeouts
}

/** The one answer that the client gets. */
export interface ClientAnswer {
  readonly sink: ClientSink
  /** It has begun: nobody else is asked any more. */
  readonly committed: boolean
  /** Right before the first byte. */
  start(head: AnswerHead): void
}
