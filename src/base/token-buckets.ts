import { BoundedMap } from './bounded-map.ts'

export interface Rate {
  readonly perMinute: number
  /** What may come at once. */
  readonly burst: number
}

interface Bucket {
  tokens: number
  atMs: number
}

/** A token bucket for each name; the names used longest ago are forgotten when there are too many. */
export class TokenBuckets {
  readonly #rate: Rate
  readonly #buckets: BoundedMap<string, Bucket>

  constructor(rate: Rate, max: number) {
    this.#rate = rate
    this.#buckets = new BoundedMap(max)
  }

  /** Takes a token: 0 when there was one, else the seconds until there is. */
  take(name: string, nowMs: number): number {
    const { perMinute, burst } = this.#rate
    const bucket = this.#buckets.get(name) ?? { tokens: burst, atMs: nowMs }
    // A clock that was set back gives nothing, and takes nothing.
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, nowMs - bucket.atMs) * perMinute) / 60_000)
    bucket.atMs = nowMs
    this.#buckets.set(name, bucket)
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 60) / perMinute)
    bucket.tokens -= 1
    return 0
  }
}
