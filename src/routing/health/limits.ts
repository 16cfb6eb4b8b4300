import type { LimitDelta } from '../../plugins/api.ts'
import { Presumed } from './presumed.ts'

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

  /** What was added at `then` was too much; when that was over a minute ago it counts no longer anyway. */
  takeBack(then: number, tokens: number): void {
    const period = Math.floor(then / BUCKET_MS)
    const slot = period % BUCKETS
    if (this.periods[slot] === period) this.tokens[slot] = Math.max(0, this.tokens[slot]! - tokens)
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

  *used(): Generator<{ requests: number; tokens: number; at: number }> {
    for (let slot = 0; slot < BUCKETS; slot++) {
      const [requests, tokens] = [this.requests[slot]!, this.tokens[slot]!]
      if (requests > 0 || tokens > 0) yield { requests, tokens, at: this.periods[slot]! * BUCKET_MS }
    }
  }
}

interface Limits {
  readonly rpm?: number
  readonly tpm?: number
}

/** What a request is expected to take. */
export interface ExpectedTokens {
  readonly input: number
  readonly output: number
}

/** Tokens that count as used from the moment a request is sent. */
export interface Reservation {
  readonly tokens: number
  readonly at: number
}

/**
 * The operator's own `limits: { rpm, tpm }` per endpoint, over a sliding minute. Only limited endpoints take memory.
 */
export class EndpointLimits {
  private readonly counters = new Map<string, MinuteCounter>()
  private readonly onDelta: ((delta: LimitDelta) => void) | undefined
  private readonly others: number
  private readonly presumed = new Map<string, Presumed>()

  /** `onDelta`: what was used, for others that share the limits; `others`: how many there are. */
  constructor(onDelta?: (delta: LimitDelta) => void, others = 0) {
    this.onDelta = onDelta
    this.others = others
  }

  /** Requests and tokens of the last minute; undefined without limits. */
  used(id: string, { rpm, tpm }: Limits, now: number) {
    if (rpm === undefined && tpm === undefined) return undefined
    return this.counters.get(id)?.total(now) ?? { requests: 0, tokens: 0 }
  }

  /**
   * The limit that one more request would break, in words; undefined when there is room. What it is expected to write
   * keeps none from an endpoint at rest.
   */
  exceeded(id: string, limits: Limits, { input, output }: ExpectedTokens, now: number): string | undefined {
    if (limits.rpm === undefined && limits.tpm === undefined) return undefined
    const used = this.counters.get(id)?.total(now) ?? { requests: 0, tokens: 0 }
    const others = this.presumed.get(id)
    if (others) {
      used.requests += others.requests(now)
      used.tokens += others.tokens(now)
    }
    if (limits.rpm !== undefined && used.requests + 1 > limits.rpm) return `limits.rpm ${limits.rpm} reached`
    const tokens = input + (used.tokens > 0 ? output : 0)
    if (limits.tpm !== undefined && used.tokens + tokens > limits.tpm) return `limits.tpm ${limits.tpm} reached`
    return undefined
  }

  /**
   * Counts a request as it is sent, with what it is expected to take, so that many at once do not all find room. To be
   * settled.
   */
  reserve(id: string, limits: Limits, { input, output }: ExpectedTokens, now: number): Reservation | undefined {
    if (limits.rpm === undefined && limits.tpm === undefined) return undefined
    const tokens = input + (limits.tpm === undefined ? 0 : output)
    this.count(id, 1, tokens, now)
    return { tokens, at: now }
  }

  /** What it took in the end: more counts from now on, less is given back. */
  settle(id: string, { tokens, at }: Reservation, taken: number, now: number): void {
    if (taken > tokens) this.count(id, 0, taken - tokens, now)
    else if (taken < tokens) this.count(id, 0, taken - tokens, at)
  }

  /** Used elsewhere. */
  merge({ endpoint, requests, tokens, at }: LimitDelta): void {
    this.add(endpoint, requests, tokens, at)
    this.presumed.get(endpoint)?.report(at, requests, tokens)
  }

  /** All that is counted, for one that begins to share it. */
  *deltas(): Generator<LimitDelta> {
    for (const [endpoint, counter] of this.counters)
      for (const used of counter.used()) yield { of: 'limit', endpoint, ...used }
  }

  /** Forgets endpoints that are no longer configured. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.counters.keys()) if (!ids.has(id)) this.forget(id)
  }

  private forget(id: string): void {
    this.counters.delete(id)
    this.presumed.delete(id)
  }

  private count(endpoint: string, requests: number, tokens: number, at: number): void {
    this.add(endpoint, requests, tokens, at)
    this.presumed.get(endpoint)?.use(at, requests, tokens)
    this.onDelta?.({ of: 'limit', endpoint, requests, tokens, at })
  }

  private add(endpoint: string, requests: number, tokens: number, at: number): void {
    const counter = this.counterOf(endpoint)
    if (tokens < 0) counter.takeBack(at, -tokens)
    else counter.add(at, requests, tokens)
  }

  private counterOf(id: string): MinuteCounter {
    let counter = this.counters.get(id)
    if (!counter) {
      counter = new MinuteCounter()
      this.counters.set(id, counter)
      if (this.others > 0) this.presumed.set(id, new Presumed(this.others))
    }
    return counter
  }
}
