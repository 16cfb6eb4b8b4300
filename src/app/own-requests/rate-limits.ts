import { BoundedMap } from '../../base/bounded-map.ts'
import { TokenBuckets } from '../../base/token-buckets.ts'

const MAX_MODELS = 100
/** Limits of selectors, those of configurations before included. */
const MAX_LIMITS = 20

/** Requests per minute of the router's own, by the model that is asked: few selectors have a limit of their own. */
export class RateLimits {
  readonly #limits = new BoundedMap<number, TokenBuckets>(MAX_LIMITS)

  /** Takes one of the `rpm` of a minute. False: they are used up. */
  take(model: string, rpm: number): boolean {
    let limit = this.#limits.get(rpm)
    if (!limit) {
      limit = new TokenBuckets({ perMinute: rpm, burst: rpm }, MAX_MODELS)
      this.#limits.set(rpm, limit)
    }
    return limit.take(model, Date.now()) === 0
  }
}
