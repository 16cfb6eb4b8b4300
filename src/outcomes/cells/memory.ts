import type { Sample } from '../sample.ts'
import { FaultRun } from '../windows/fault-run.ts'

/** Half-lives: of times and speeds a week (what moves in minutes is for the fast layer; docs/adr/0004), of success 10 min. */
const TIMES_RATE = Math.LN2 / (168 * 3_600_000)
const SUCCESS_RATE = Math.LN2 / 600_000

/** Sums over observations x with weights w that halve with each half-life: all that a Normal posterior needs. */
export interface Sums {
  /** Sum of w: the effective number of observations. */
  readonly n: number
  /** Sum of w x. */
  readonly sum: number
  /** Sum of w x^2. */
  readonly squares: number
}

export const NOTHING: Sums = { n: 0, sum: 0, squares: 0 }

export const plus = (a: Sums, b: Sums): Sums => ({ n: a.n + b.n, sum: a.sum + b.sum, squares: a.squares + b.squares })

/** `a` without `b`, which is a part of it. Less than a thousandth of an observation is nothing: rounding, not data. */
export function minus(a: Sums, b: Sums): Sums {
  const n = a.n - b.n
  return n < 1e-3 ? NOTHING : { n, sum: a.sum - b.sum, squares: Math.max(0, a.squares - b.squares) }
}

/** Two sums that belong together. */
export type Pair = readonly [number, number]

/** Effective observations that are as good as none. */
const FAINT = 0.05

/**
 * Where each sum of a `Memory` stands. Files hold them in this order, so new ones come last. All but OK, FAULT and LIMITED
 * fade with the half-life of times.
 */
/** Log time to first token of streams: n, sum, squares. */
const STREAMED = 0
/** Log time of whole answers: n, sum, squares. */
const WHOLE = 3
/** Log speed: n, sum, squares. */
const SPEED = 6
const OK = 9
const FAULT = 10
/** Streams that could be judged, and those that came in one piece. */
const STREAMS = 11
/** Faults, and milliseconds until they showed. */
const DETECTED = 13
/** Structured answers: well-formed, malformed. */
const STRUCTURED = 15
/** Input tokens, and those read from a prompt cache. */
const INPUT = 17
/** Rate limits. */
const LIMITED = 19
/** Answers with a price, expected USD, paid USD. */
const PRICED = 20
const LENGTH = 23
/** What files of earlier versions hold. */
const OLD_LENGTH = 11

/**
 * The decayed long memory of one cell, or of more: log times to first token (of streams and of whole bodies apart, which differ by the length of
 * the answer), log speeds, and success. Learning and reading are O(1): sums are as of the last observation and decayed when used.
 */
export class Memory {
  /** Not kept over a restart. */
  readonly run = new FaultRun()
  /** What was remembered of faults when the run began. */
  #faultsBefore = 0
  #at = 0
  readonly #sums = new Float64Array(LENGTH)

  /** Time of the last observation, steady milliseconds. */
  get lastAt(): number {
    return this.#at
  }

  /** True when so little is left that forgetting it changes nothing. */
  isFaint(now: number): boolean {
    const { ok, fault } = this.success(now)
    return this.ttft(now, undefined).n < FAINT && this.speed(now).n < FAINT && ok + fault < FAINT
  }

  /** An outage is over: its faults were those of a state that has ended. Those of before are kept. */
  forgive(): void {
    const { firstAt, length } = this.run
    if (length > 0) this.#sums[FAULT] = Math.min(this.#sums[FAULT]!, this.#faultsBefore * Math.exp((firstAt - this.#at) * SUCCESS_RATE))
    this.run.clear()
  }

  /** Learns a sample of time `at` (steady milliseconds); one older than what is known weighs as much less. True when it ends an outage. */
  learn(at: number, sample: Sample): boolean {
    const sums = this.#sums
    const age = at - this.#at
    const times = Math.exp(-Math.abs(age) * TIMES_RATE)
    const success = Math.exp(-Math.abs(age) * SUCCESS_RATE)
    const late = age < 0
    if (!late) {
      const ok = sums[OK]! * success
      const fault = sums[FAULT]! * success
      const limited = sums[LIMITED]! * success
      for (let i = 0; i < LENGTH; i++) sums[i]! *= times
      sums[OK] = ok
      sums[FAULT] = fault
      sums[LIMITED] = limited
      this.#at = at
    }
    const over = sample.ok > 0 && this.run.isOutage
    if (over) this.forgive()
    else if (sample.ok > 0) this.run.clear()
    if (sample.fault > 0) {
      if (this.run.length === 0) this.#faultsBefore = sums[FAULT]!
      this.run.fail(at)
    }
    const weight = late ? times : 1
    if (sample.ttftBucket >= 0) this.#add(sample.stream ? STREAMED : WHOLE, sample.logTtft, weight)
    if (sample.speedBucket >= 0) this.#add(SPEED, sample.logSpeed, weight)
    sums[OK]! += late ? sample.ok * success : sample.ok
    sums[FAULT]! += late ? sample.fault * success : sample.fault
    if (sample.limited) sums[LIMITED]! += late ? success : 1
    if (sample.buffered !== undefined) this.#addPair(STREAMS, 1, sample.buffered ? 1 : 0, weight)
    if (sample.detectMs !== undefined) this.#addPair(DETECTED, 1, sample.detectMs, weight)
    if (sample.wellFormed !== undefined) this.#addPair(STRUCTURED, sample.wellFormed ? 1 : 0, sample.wellFormed ? 0 : 1, weight)
    if (sample.inputTokens > 0) this.#addPair(INPUT, sample.inputTokens, sample.cacheReadTokens, weight)
    if (sample.listUsd > 0) {
      this.#sums[PRICED]! += weight
      this.#addPair(PRICED + 1, sample.listUsd, sample.paidUsd, weight)
    }
    return over
  }

  /** Sums of log milliseconds to the first token: of streams, of whole bodies, or of both. */
  ttft(now: number, stream: boolean | undefined): Sums {
    if (stream !== undefined) return this.#decayed(stream ? STREAMED : WHOLE, now)
    return plus(this.#decayed(STREAMED, now), this.#decayed(WHOLE, now))
  }

  /** Sums of log tokens per second. */
  speed(now: number): Sums {
    return this.#decayed(SPEED, now)
  }

  /** Decayed counts. */
  success(now: number): { readonly ok: number; readonly fault: number } {
    const factor = Math.exp(-Math.max(0, now - this.#at) * SUCCESS_RATE)
    return { ok: this.#sums[OK]! * factor, fault: this.#sums[FAULT]! * factor }
  }

  /** Rate limits of late, and all attempts that were answered one way or another, decayed. */
  limits(now: number): Pair {
    const factor = Math.exp(-Math.max(0, now - this.#at) * SUCCESS_RATE)
    const limited = this.#sums[LIMITED]! * factor
    return [limited, limited + (this.#sums[OK]! + this.#sums[FAULT]!) * factor]
  }

  /** Streams that could be judged, and how many of them came in one piece. */
  streams(now: number): Pair {
    return this.#pair(STREAMS, now)
  }

  /** Faults, and the milliseconds until they showed, summed up. */
  detected(now: number): Pair {
    return this.#pair(DETECTED, now)
  }

  /** Structured answers that were well-formed, and those that were not. */
  structured(now: number): Pair {
    return this.#pair(STRUCTURED, now)
  }

  /** Tokens of input, and how many of them were read from a prompt cache. */
  input(now: number): Pair {
    return this.#pair(INPUT, now)
  }

  /** Answers with a price, and the USD that they were to cost and did. */
  priced(now: number): { readonly n: number; readonly listUsd: number; readonly paidUsd: number } {
    const factor = Math.exp(-Math.max(0, now - this.#at) * TIMES_RATE)
    const sums = this.#sums
    return { n: sums[PRICED]! * factor, listUsd: sums[PRICED + 1]! * factor, paidUsd: sums[PRICED + 2]! * factor }
  }

  /** Time of the last observation and the sums, to seven digits; zeros at the end are left out. */
  encode(): number[] {
    const length = this.#sums.findLastIndex((sum) => sum !== 0) + 1
    return [this.#at, ...Array.from(this.#sums.subarray(0, Math.max(OLD_LENGTH, length)), (sum) => Number(sum.toPrecision(7)))]
  }

  /** Takes what `encode` gave at `now` or before; anything else is left out. */
  decode(values: unknown, now: number): void {
    if (!Array.isArray(values) || values.length <= OLD_LENGTH || values.length > LENGTH + 1 || !values.every(Number.isFinite)) return
    const [at, ...sums] = values as number[]
    if (at! < 0 || at! > now || [STREAMED, WHOLE, SPEED].some((i) => sums[i]! < 0) || sums.slice(OK).some((sum) => sum < 0)) return
    this.#at = at!
    for (const [i, sum] of sums.entries()) this.#sums[i] = sum
  }

  #add(offset: number, x: number, weight: number): void {
    this.#sums[offset]! += weight
    this.#sums[offset + 1]! += weight * x
    this.#sums[offset + 2]! += weight * x * x
  }

  #addPair(offset: number, first: number, second: number, weight: number): void {
    this.#sums[offset]! += weight * first
    this.#sums[offset + 1]! += weight * second
  }

  #pair(offset: number, now: number): Pair {
    const factor = Math.exp(-Math.max(0, now - this.#at) * TIMES_RATE)
    return [this.#sums[offset]! * factor, this.#sums[offset + 1]! * factor]
  }

  #decayed(offset: number, now: number): Sums {
    const factor = Math.exp(-Math.max(0, now - this.#at) * TIMES_RATE)
    return { n: this.#sums[offset]! * factor, sum: this.#sums[offset + 1]! * factor, squares: this.#sums[offset + 2]! * factor }
  }
}
