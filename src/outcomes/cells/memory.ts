import type { Sample } from '../sample.ts'
import { FaultRun } from '../windows/fault-run.ts'
import { AT, LENGTH, OLD_LENGTH, ofSuccess, type Scratch, type SuccessPlace, type TimesPlace } from './places.ts'

/**
 * Half-lives: of times and speeds a week (what moves in minutes is for the fast layer; docs/adr/0004), of success 10
 * min.
 */
const TIMES_RATE = Math.LN2 / (168 * 3_600_000)
const SUCCESS_RATE = Math.LN2 / 600_000

/** Effective observations that are as good as none. */
const FAINT = 0.05

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
    this.at(now)
    const times = this.times(AT.streamed) + this.times(AT.whole)
    return times < FAINT && this.times(AT.speed) < FAINT && this.success(AT.ok) + this.success(AT.fault) < FAINT
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

  /**
   * What is read below is as of `now` from here on, until it learns. So short are those readers that they are always
   * compiled into who calls them.
   */
  at(now: number): this {
    if (now === this.#fadedAt) return this
    const { times, success } = fadingAt(Math.max(now, this.#lastAt) - this.#base)
    this.#timesFade = times
    this.#successFade = success
    this.#fadedAt = now
    return this
  }

  /** One of the sums with the half-life of times. */
  times(place: TimesPlace): number {
    return this.#sums[place]! * this.#timesFade
  }

  /** One of those with the half-life of success. */
  success(place: SuccessPlace): number {
    return this.#sums[place]! * this.#successFade
  }

  /**
   * Sums of log milliseconds to the first token: of streams, of whole bodies, or of both; `withCold`: those of waking
   * too.
   */
  readTimes(stream: boolean | undefined, withCold: boolean, into: Scratch): void {
    this.#readSums(stream === false ? AT.whole : AT.streamed, into)
    if (stream === undefined) this.#addSums(AT.whole, into)
    if (!withCold) return
    if (stream !== false) this.#addSums(AT.coldStreamed, into)
    if (stream !== true) this.#addSums(AT.coldWhole, into)
  }

  /** Answers without a pause before them. */
  get inUse(): number {
    return this.#timed - this.times(AT.cold)
  }

  /** The same as a share of all. */
  get inUseShare(): number {
    const all = this.#timed
    return all > 0 ? Math.max(0, this.inUse) / all : 1
  }

  get #timed(): number {
    return this.times(AT.streamed) + this.times(AT.whole) + this.times(AT.coldStreamed) + this.times(AT.coldWhole)
  }

  /** Sums of log tokens per second. */
  readSpeed(into: Scratch): void {
    this.#readSums(AT.speed, into)
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

  #add(place: number, x: number, weight: number): void {
    this.#sums[place]! += weight
    this.#sums[place + 1]! += weight * x
    this.#sums[place + 2]! += weight * x * x
  }

  #readSums(place: number, into: Scratch): void {
    into.n = this.#sums[place]! * this.#timesFade
    into.sum = this.#sums[place + 1]! * this.#timesFade
    into.squares = this.#sums[place + 2]! * this.#timesFade
  }

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
