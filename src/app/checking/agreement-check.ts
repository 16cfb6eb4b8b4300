import { newCallId } from '../../server/read-call.ts'
import { answerParts } from '../../wire/read/hub-view.ts'
import type { OwnRequests } from '../own-requests/own-requests.ts'
import type { Asked, Check, Found, Given } from './check.ts'
import { likeness } from './likeness.ts'

/** Asks the model once more, in the same words: who guesses does not say the same twice. */
export class AgreementCheck implements Check {
  readonly #threshold: number
  readonly #requests: OwnRequests

  constructor(threshold: number, requests: OwnRequests) {
    this.#threshold = threshold
    this.#requests = requests
  }

  /** Not where the client pays its provider itself, or the request is kept upstream. */
  applies({ call }: Asked): boolean {
    return call.own === undefined && call.held === undefined
  }

  async check({ call, account }: Asked, { model, parts }: Given, signal: AbortSignal): Promise<Found> {
    const time = Date.now()
    const { models: _, ...body } = call.body
    const id = newCallId(time)
    const again = { ...call, id, time, arrivedMs: performance.now(), body: { ...body, model }, isKept: false }
    const { bytes, costUsd, record } = await this.#requests.ask(again, account, signal)
    const other = record?.kind === 'ok' && record.model === model ? answerParts(again, bytes) : undefined
    if (!other) return { detail: 'it gave no second answer', costUsd }
    const alike = likeness(parts, other)
    if (alike >= this.#threshold) return { passed: true, costUsd }
    return { passed: false, detail: `its second answer differs (likeness ${alike.toFixed(2)})`, costUsd }
  }
}
