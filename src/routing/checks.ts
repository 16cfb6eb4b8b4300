/** What the engine needs of those who check answers before a client gets them; it knows nothing of how they do it. */
import type { SelectConfig } from '../config/types.ts'
import type { Call } from './ports.ts'

export interface AnswerChecks {
  /** Who checks answers to this call of a client; undefined where no check can say anything of them. */
  of(call: Call, account: string, select: SelectConfig): AnswerChecker | undefined
}

export interface AnswerChecker {
  /** It wants to know how sure the model was of its tokens. */
  readonly wantsLogprobs: boolean
  /** The model has been asked, and its answer will be held: what can be done meanwhile is begun. */
  begin(model: string): void
  /** No answer of that model is to be checked any more: what was begun is ended. */
  cancel(): void
  /**
   * What the checks find, in their order, up to the first that fails. Never rejects: what cannot be checked counts as
   * right. With `signal` the client has left, or has no time to wait.
   */
  check(answer: CheckedAnswer, signal: AbortSignal): Promise<readonly CheckFinding[]>
  /** What was to be decided by the findings failed, for the log: the answer goes out. It may neither throw nor wait. */
  failed(error: unknown): void
}

/** A whole answer that is held back. */
export interface CheckedAnswer {
  /** Whose it is. */
  readonly model: string
  /** In the client's wire, as a stream where that was asked for. */
  readonly bytes: Buffer
  /** Mean natural logarithm of the chance of a token; undefined where the upstream did not say. */
  readonly logprob: number | undefined
}

export interface CheckFinding {
  readonly check: string
  /** Undefined: it cannot say. */
  readonly passed: boolean | undefined
  /** How often it is right, from 0.5 on. */
  readonly reliability: number
  /** Why it failed or cannot say, without content. */
  readonly detail?: string | undefined
  readonly totalMs: number
  /** Of upstream calls of its own. */
  readonly costUsd?: number | undefined
}
