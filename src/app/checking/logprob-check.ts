import { mayGiveLogprobs } from '../../routing/attempt/encode-call.ts'
import type { Route } from '../../routing/catalogue.ts'
import { wireOf } from '../../wire/wires/index.ts'
import type { Asked, Check, Found, Given } from './check.ts'

/** Whether anything may come of asking an endpoint for log probabilities. */
export const givesLogprobs = (route: Route): boolean =>
  mayGiveLogprobs(route) && (route.provider.adapter.wires.chat ?? []).some((wire) => wireOf(wire)?.logprobs)

/** How sure the model was of its tokens. */
export class LogprobCheck implements Check {
  readonly wantsLogprobs = true
  readonly #threshold: number

  /** `threshold`: of the mean natural logarithm of a token's chance. */
  constructor(threshold: number) {
    this.#threshold = threshold
  }

  applies(): boolean {
    return true
  }

  check(_: Asked, { logprob }: Given): Found {
    if (logprob === undefined) return { detail: 'the upstream gave no log probabilities' }
    if (logprob >= this.#threshold) return { passed: true }
    return { passed: false, detail: `mean log probability of a token ${logprob.toFixed(3)}` }
  }
}
