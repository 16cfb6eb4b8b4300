import { questionText } from '../../wire/read/answer-text.ts'
import { isPrivate } from '../judging/judge.ts'
import type { JudgeTerms, Verdicts } from '../judging/verdicts.ts'
import type { Asked, Check, Found, Given } from './check.ts'

/** A strong model says whether the answer is right. */
export class JudgeCheck implements Check {
  readonly #terms: JudgeTerms
  readonly #verdicts: Verdicts

  constructor(terms: JudgeTerms, verdicts: Verdicts) {
    this.#terms = terms
    this.#verdicts = verdicts
  }

  applies({ call }: Asked): boolean {
    return !isPrivate(call)
  }

  async check({ call }: Asked, { model, parts }: Given, signal: AbortSignal): Promise<Found> {
    // Nobody judges itself.
    if (model === this.#terms.model) return {}
    const calls = parts.toolCalls.map(({ name, arguments: given }) => `[calls ${name} with ${given}]`)
    const text = [parts.text, ...calls].filter((each) => each !== '').join('\n')
    if (text === '') return { detail: 'there is no text to judge' }
    const { score, reason, costUsd } = await this.#verdicts.ask(this.#terms, questionText(call), text, signal)
    if (score === undefined) return { detail: reason ?? 'the judge gave no verdict', costUsd }
    return score === 1 ? { passed: true, costUsd } : { passed: false, detail: 'the judge answered no', costUsd }
  }
}
