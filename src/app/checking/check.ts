import type { CheckedAnswer } from '../../routing/checks.ts'
import type { Call } from '../../routing/ports.ts'
import { type AnswerParts, answerParts, hubRequest } from '../../wire/read/hub-view.ts'
import type { PendingAnswer } from './pending-answer.ts'

/** One way to find out whether an answer is right. */
export interface Check {
  readonly wantsLogprobs?: boolean
  /** Whether it can say anything of answers to this request. */
  applies(asked: Asked): boolean
  /** The model has been asked: what can be done while it answers; undefined where that is nothing. Does not throw. */
  begin?(asked: Asked, model: string): PendingAnswer | undefined
  /** `pending`: with this model. May reject: then it cannot say. */
  check(asked: Asked, answer: Given, signal: AbortSignal, pending?: PendingAnswer): Found | Promise<Found>
}

export interface Found {
  /** Undefined: it cannot say. */
  readonly passed?: boolean | undefined
  /** Why not, without content. */
  readonly detail?: string
  readonly costUsd?: number | undefined
}

/** A request whose answers are checked; what is read of it is read once. */
export class Asked {
  readonly call: Call
  /** Fingerprint of the client's key. */
  readonly account: string
  #hub: { readonly body: ReturnType<typeof hubRequest> } | undefined

  constructor(call: Call, account: string) {
    this.call = call
    this.account = account
  }

  /** In the hub wire; undefined when it cannot be said there. */
  get hub(): ReturnType<typeof hubRequest> {
    this.#hub ??= { body: hubRequest(this.call) }
    return this.#hub.body
  }
}

/** An answer whose parts can be read. */
export class Given {
  readonly model: string
  readonly parts: AnswerParts
  readonly logprob: number | undefined

  private constructor({ model, logprob }: CheckedAnswer, parts: AnswerParts) {
    this.model = model
    this.parts = parts
    this.logprob = logprob
  }

  /** Undefined for what is no answer of one piece. */
  static of({ call }: Asked, answer: CheckedAnswer): Given | undefined {
    const parts = answerParts(call, answer.bytes)
    return parts && new Given(answer, parts)
  }
}
