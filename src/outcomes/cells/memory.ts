import type { Sample } from '../sample.ts'
import { FaultRun } from '../windows/fault-run.ts'

/**
 * Half-lives: of times and speeds a week (what moves in minutes is for the fast layer; docs/adr/0004), of success 10
 * min.
 */
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

/** Sums to read into: reading beliefs is on the way of every decision. */
export type Scratch = { -readonly [Key in keyof Sums]: Sums[Key] }

/** Effective observations that are as good as none. */
const FAINT = 0.05

/**
 * Where each sum of a `Memory` stands; of times and speeds three side by side: n, sum, squares. Files hold them in this
 * order, so new ones come last.
 */
export const AT = {
  streamed: 0,
  whole: 3,
  speed: 6,
  ok: 9,
  fault: 10,
  /** Streams that could be judged, and those of them that came in one piece. */
  streams: 11,
  inOnePiece: 12,
  /** Faults, and milliseconds until they showed. */
  shown: 13,
  shownMs: 14,
  /** Structured answers that were well-formed, and those that were not. */
  wellFormed: 15,
  malformed: 16,
  inputTokens: 17,
  /** Tokens of input read from a prompt cache. */
  cacheReads: 18,
  limited: 19,
  /** Answers with a price, and the USD that they were to cost and did. */
  priced: 20,
  listUsd: 21,
  paidUsd: 22,
  /** As `ok` and `fault`, with the half-life of times; faults in a row count once. */
  longOk: 23,
  longFault: 24,
  /** Answers of known length, and the sum of the logarithms of their tokens, and one. */
  lengths: 25,
  logLength: 26,
  /** First answers after a pause, and milliseconds that they took longer. */
  cold: 27,
  coldMs: 28,
  /** Times of those of them that were kept out of the times above, in the same shape. */
  coldStreamed: 29,
  coldWhole: 32,
} as const
type Place = (typeof AT)[keyof typeof AT]

const LENGTH = 35
/** What files of earlier versions hold. */
const OLD_LENGTH = 11
/** What fades with the half-life of success; the rest fades with that of times. */
const ofSuccess = (place: number) => place === AT.ok || place === AT.fault || place === AT.limited
/** From here on sums are brought to a later time, a multiple of this, so that weights stay small. */
const REBASE_MS = 600_000

/**
 * What fades by how much at one age. Most memories have their sums as of the same time, and an outcome or a decision
 * looks at many of them at the same moment: two exponentials for all.
 */
const FADING = { age: Number.NaN, times: 1, success: 1 }

function fadingAt(age: number): typeof FADING {
  if (age !== FADING.age) {
    FADING.age = age
    FADING.times = Math.exp(-age * TIMES_RATE)
    FADING.success = Math.exp(-age * SUCCESS_RATE)
  }
  return FADING
}

/**
 * The decayed long memory of one cell, or of more: log times to first token (of streams and of whole bodies apart,
 * which differ by the length of the answer), log speeds, success, and what traits.ts reads. Learning and reading are
 * O(1): sums are as of a time not long ago, relative to which a later observation weighs more (forward decay: Cormode,
 * Shkapenyuk, Srivastava and Xu 2009).
 */
export class Memory {
  /** Not kept over a restart. */
  readonly run = new FaultRun()
  /** What was remembered of faults when the run began. */
  #faultsBefore = 0
  #lastAt = 0
  /** The time that sums are as of. */
  #base = 0
  readonly #sums = new Float64Array(LENGTH)
  /** What sums are multiplied with at `#fadedAt`. */
  #fadedAt = Number.NaN
  #timesFade = 1
  #successFade = 1

  /** Time of the last observation, steady milliseconds. */
  get lastAt(): number {
    return this.#lastAt
  }

  /** True when so little is left that forgetting it changes nothing. */
  isFaint(now: number): boolean {
    const times = this.read(AT.streamed, now) + this.read(AT.whole, now)
    return times < FAINT && this.read(AT.speed, now) < FAINT && this.read(AT.ok, now) + this.read(AT.fault, now) < FAINT
  }

  /** Times and speeds are those of something that is no more. */
  forgetTimes(): void {
    this.#sums.fill(0, AT.streamed, AT.ok)
    this.#sums.fill(0, AT.coldStreamed, LENGTH)
  }

  /** An outage is over: its faults were those of a state that has ended. Those of before are kept. */
  forgive(): void {
    if (this.run.length > 0) this.#sums[AT.fault] = Math.min(this.#sums[AT.fault]!, this.#faultsBefore)
    this.run.clear()
  }

  /**
   * Learns a sample of time `at` (steady milliseconds); one older than what is known weighs as much less. True when it
   * ends an outage.
   */
  learn(at: number, sample: Sample): boolean {
    const sums = this.#sums
    if (at - this.#base > REBASE_MS) this.#rebase(at - (at % REBASE_MS))
    this.#lastAt = Math.max(this.#lastAt, at)
    // A time that has passed fades by what came last.
    if (!(this.#fadedAt >= at)) this.#fadedAt = Number.NaN
    const over = sample.ok > 0 && this.run.isOutage
    if (over) this.forgive()
    else if (sample.ok > 0) this.run.clear()
    if (sample.fault > 0) {
      if (this.run.length === 0) this.#faultsBefore = sums[AT.fault]!
      this.run.fail(at)
    }
    const fading = fadingAt(at - this.#base)
    const times = 1 / fading.times
    const success = 1 / fading.success
    if (sample.ttftBucket >= 0 && !Number.isNaN(sample.logTtft)) this.#add(placeOf(sample), sample.logTtft, times)
    if (sample.speedBucket >= 0) this.#add(AT.speed, sample.logSpeed, times)
    sums[AT.ok]! += sample.ok * success
    sums[AT.fault]! += sample.fault * success
    sums[AT.longOk]! += sample.ok * times
    if (this.run.length <= 1) sums[AT.longFault]! += sample.fault * times
    if (sample.limited) sums[AT.limited]! += success
    if (sample.buffered !== undefined) {
      sums[AT.streams]! += times
      if (sample.buffered) sums[AT.inOnePiece]! += times
    }
    if (sample.detectMs !== undefined) {
      sums[AT.shown]! += times
      sums[AT.shownMs]! += times * sample.detectMs
    }
    if (sample.wellFormed !== undefined) sums[sample.wellFormed ? AT.wellFormed : AT.malformed]! += times
    if (sample.inputTokens > 0) {
      sums[AT.inputTokens]! += times * sample.inputTokens
      sums[AT.cacheReads]! += times * sample.cacheReadTokens
    }
    if (sample.coldMs !== undefined) {
      sums[AT.cold]! += times
      sums[AT.coldMs]! += times * sample.coldMs
    }
    if (!Number.isNaN(sample.logLength)) {
      sums[AT.lengths]! += times
      sums[AT.logLength]! += times * sample.logLength
    }
    if (sample.listUsd > 0) {
      sums[AT.priced]! += times
      sums[AT.listUsd]! += times * sample.listUsd
      sums[AT.paidUsd]! += times * sample.paidUsd
    }
    return over
  }

  /** One sum, decayed. */
  read(place: Place, now: number): number {
    this.#fade(now)
    return this.#sums[place]! * (ofSuccess(place) ? this.#successFade : this.#timesFade)
  }

  /**
   * Sums of log milliseconds to the first token: of streams, of whole bodies, or of both; `withCold`: those of waking
   * too.
   */
  readTimes(now: number, stream: boolean | undefined, withCold: boolean, into: Scratch): void {
    this.#readSums(stream === false ? AT.whole : AT.streamed, now, into)
    if (stream === undefined) this.#addSums(AT.whole, into)
    if (!withCold) return
    if (stream !== false) this.#addSums(AT.coldStreamed, into)
    if (stream !== true) this.#addSums(AT.coldWhole, into)
  }

  /** Answers without a pause before them. */
  inUse(now: number): number {
    return this.#timed(now) - this.read(AT.cold, now)
  }

  /** The same as a share of all. */
  inUseShare(now: number): number {
    const all = this.#timed(now)
    return all > 0 ? Math.max(0, this.inUse(now)) / all : 1
  }

  #timed(now: number): number {
    const times = this.read(AT.streamed, now) + this.read(AT.whole, now)
    return times + this.read(AT.coldStreamed, now) + this.read(AT.coldWhole, now)
  }

  /** Sums of log tokens per second. */
  readSpeed(now: number, into: Scratch): void {
    this.#readSums(AT.speed, now, into)
  }

  /** Time of the last observation and the sums, to seven digits; zeros at the end are left out. */
  encode(): number[] {
    this.#rebase(this.#lastAt)
    const length = this.#sums.findLastIndex((sum) => sum !== 0) + 1
    return [
      this.#lastAt,
      ...Array.from(this.#sums.subarray(0, Math.max(OLD_LENGTH, length)), (sum) => Number(sum.toPrecision(7))),
    ]
  }

  /** Takes what `encode` gave at `now` or before; anything else is left out. */
  decode(values: unknown, now: number): void {
    if (!Array.isArray(values) || !values.every(Number.isFinite)) return
    if (values.length <= OLD_LENGTH || values.length > LENGTH + 1) return
    const [at, ...sums] = values as number[]
    const counts = (from: number, to: number) => sums.slice(from, to).every((sum) => sum >= 0)
    const weights = [AT.streamed, AT.whole, AT.speed, AT.coldStreamed, AT.coldWhole]
    if (at! < 0 || at! > now || !counts(AT.ok, AT.coldStreamed) || weights.some((place) => sums[place]! < 0)) return
    this.#lastAt = at!
    this.#base = at!
    this.#fadedAt = Number.NaN
    for (const [place, sum] of sums.entries()) this.#sums[place] = sum
  }

  #rebase(at: number): void {
    const times = Math.exp((this.#base - at) * TIMES_RATE)
    const success = Math.exp((this.#base - at) * SUCCESS_RATE)
    for (let place = 0; place < LENGTH; place++) this.#sums[place]! *= ofSuccess(place) ? success : times
    this.#faultsBefore *= success
    this.#base = at
    this.#fadedAt = Number.NaN
  }

  #fade(now: number): void {
    if (now === this.#fadedAt) return
    const { times, success } = fadingAt(Math.max(now, this.#lastAt) - this.#base)
    this.#timesFade = times
    this.#successFade = success
    this.#fadedAt = now
  }

  #add(place: number, x: number, weight: number): void {
    this.#sums[place]! += weight
    this.#sums[place + 1]! += weight * x
    this.#sums[place + 2]! += weight * x * x
  }

  #readSums(place: number, now: number, into: Scratch): void {
    this.#fade(now)
    into.n = this.#sums[place]! * this.#timesFade
    into.sum = this.#sums[place + 1]! * this.#timesFade
    into.squares = this.#sums[place + 2]! * this.#timesFade
  }

  /** As of the time last read. */
  #addSums(place: number, into: Scratch): void {
    into.n += this.#sums[place]! * this.#timesFade
    into.sum += this.#sums[place + 1]! * this.#timesFade
    into.squares += this.#sums[place + 2]! * this.#timesFade
  }
}

/** Where a time belongs. */
function placeOf({ stream, isWaking }: Sample): number {
  if (isWaking) return stream ? AT.coldStreamed : AT.coldWhole
  return stream ? AT.streamed : AT.whole
}
