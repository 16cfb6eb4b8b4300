import type { AgreementConfig } from '../../config/types.ts'
import { newCallId } from '../../server/read-call.ts'
import { answerParts } from '../../wire/read/hub-view.ts'
import type { OwnAnswer, OwnRequests } from '../own-requests/own-requests.ts'
import type { Asked, Check, Found, Given } from './check.ts'
import { likeness } from './likeness.ts'
import { PendingAnswer } from './pending-answer.ts'

/** Asks the model twice in the same words: who guesses does not say the same twice. */
export class AgreementCheck implements Check {
  readonly #config: AgreementConfig
  readonly #requests: OwnRequests

  constructor(config: AgreementConfig, requests: OwnRequests) {
    this.#config = config
    this.#requests = requests
  }

  /** Not where the client pays its provider itself, or the request is kept upstream. */
  applies({ call }: Asked): boolean {
    return call.own === undefined && call.held === undefined
  }

  begin(asked: Asked, model: string): PendingAnswer | undefined {
    return this.#config.parallel ? new PendingAnswer((signal) => this.#ask(asked, model, signal)) : undefined
  }

  async check(asked: Asked, { model, parts }: Given, signal: AbortSignal, pending?: PendingAnswer): Promise<Found> {
    const early = await pending?.answer(signal)
    // An endpoint with room for one request alone could not be asked for two.
    const isAsked = early?.record !== undefined && early.record.attempts.length > 0
    const { bytes, costUsd, record } =
      early && (isAsked || signal.aborted) ? early : await this.#ask(asked, model, signal)
    const other = record?.kind === 'ok' && record.model === model ? answerParts(asked.call, bytes) : undefined
    if (!other) return { detail: 'it gave no second answer', costUsd }
    const alike = likeness(parts, other)
    if (alike >= this.#config.threshold) return { passed: true, costUsd }
    return { passed: false, detail: `its second answer differs (likeness ${alike.toFixed(2)})`, costUsd }
  }

  #ask({ call, account }: Asked, model: string, signal: AbortSignal): Promise<OwnAnswer> {
    const time = Date.now()
    const { models: _, ...body } = call.body
    const id = newCallId(time)
    const again = { ...call, id, time, arrivedMs: performance.now(), body: { ...body, model }, isKept: false }
    return this.#requests.ask(again, account, signal)
  }
}
