import type { LimitDelta } from '../../plugins/api.ts'

const WINDOW_MS = 60_000
const BUCKETS = 12
const BUCKET_MS = WINDOW_MS / BUCKETS

/** Requests and tokens of the last minute, in a ring of 5 s buckets. */
class MinuteCounter {
  private readonly requests = new Float64Array(BUCKETS)
  private readonly tokens = new Float64Array(BUCKETS)
  private readonly periods = new Float64Array(BUCKETS).fill(-1)

  add(now: number, requests: number, tokens: number): void {
    const period = Math.floor(now / BUCKET_MS)
    const slot = period % BUCKETS
    if (this.periods[slot] !== period) {
      this.periods[slot] = period
      this.requests[slot] = 0
      this.tokens[slot] = 0
    }
    this.requests[slot]! += requests
    this.tokens[slot]! += tokens
  }

  total(now: number): { requests: number; tokens: number } {
    const period = Math.floor(now / BUCKET_MS)
    let requests = 0
    let tokens = 0
    for (let slot = 0; slot < BUCKETS; slot++) {
      const age = period - this.periods[slot]!
      if (age < 0 || age >= BUCKETS) continue
      requests += this.requests[slot]!
      tokens += this.tokens[slot]!
    }
    return { requests, tokens }
  }
}

interface Limits {
  readonly rpm?: number
  readonly tpm?: number
}

/** The operator's own `limits: { rpm, tpm }` per endpoint, over a sliding minute. Only limited endpoints take memory. */
export class EndpointLimits {
  private readonly counters = new Map<string, MinuteCounter>()
  private readonly onDelta: ((delta: LimitDelta) => void) | undefined

  /** `onDelta`: what was used, for others that share the limits. */
  constructor(onDelta?: (delta: LimitDelta) => void) {
    this.onDelta = onDelta
  }

  /** Requests and tokens of the last minute; undefined without limits. */
  used(id: string, { rpm, tpm }: Limits, now: number) {
    if (rpm === undefined && tpm === undefined) return undefined
    return this.counters.get(id)?.total(now) ?? { requests: 0, tokens: 0 }
  }

  /** The limit that one more request of `tokens` would break, in words; undefined when there is room. */
  exceeded(id: string, limits: Limits, tokens: number, now: number): string | undefined {
    if (limits.rpm === undefined && limits.tpm === undefined) return undefined
    const used = this.counters.get(id)?.total(now) ?? { requests: 0, tokens: 0 }
    if (limits.rpm !== undefined && used.requests + 1 > limits.rpm) return `limits.rpm ${limits.rpm} reached`
    if (limits.tpm !== undefined && used.tokens + tokens > limits.tpm) return `limits.tpm ${limits.tpm} reached`
    return undefined
  }

  /** A request as it is sent, with its estimated input tokens. */
  record(id: string, limits: Limits, tokens: number, now: number): void {
    if (limits.rpm !== undefined || limits.tpm !== undefined) this.count(id, 1, tokens, now)
  }

  /** Tokens known only afterwards. */
  recordTokens(id: string, limits: Limits, tokens: number, now: number): void {
    if (limits.tpm !== undefined && tokens > 0) this.count(id, 0, tokens, now)
  }

  /** Used elsewhere. */
  merge({ endpoint, requests, tokens, at }: LimitDelta): void {
    this.counterOf(endpoint).add(at, requests, tokens)
  }

  /** Forgets endpoints that are no longer configured. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.counters.keys()) if (!ids.has(id)) this.counters.delete(id)
  }

  private count(endpoint: string, requests: number, tokens: number, at: number): void {
    this.counterOf(endpoint).add(at, requests, tokens)
    this.onDelta?.({ of: 'limit', endpoint, requests, tokens, at })
  }

  private counterOf(id: string): MinuteCounter {
    let counter = this.counters.get(id)
    if (!counter) {
      counter = new MinuteCounter()
      this.counters.set(id, counter)
    }
    return counter
  }
}
