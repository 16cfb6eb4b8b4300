const HOUR_MS = 3_600_000
/** Answers of nothing unusual that are assumed to begin with. */
const USUAL = 2

export interface LatelyOptions {
  /** Of a new answer in the moving mean. */
  readonly weight: number
  /** A single answer says no more than this, as a logarithm. */
  readonly max: number
  /** As far as chance alone moves the mean, as a logarithm: taken off. */
  readonly chance: number
  /** How long it is remembered. Milliseconds. */
  readonly tauMs: number
}

/** One answer in forty takes four times as long as usual. */
export const OF_TIMES: LatelyOptions = { weight: 0.25, max: 2, chance: 0.2, tauMs: HOUR_MS }
/** What was expected to be paid is made from the usual length of answers. */
export const OF_PRICES: LatelyOptions = { weight: 0.25, max: 2, chance: 0.5, tauMs: 24 * HOUR_MS }
/** Lengths of answers differ by a factor of two as a matter of course. */
export const OF_LENGTHS: LatelyOptions = { weight: 0.1, max: 4, chance: 0.2, tauMs: 24 * HOUR_MS }

/**
 * The layer between the belief of weeks and the stall of a minute: an endpoint's slow hours, which thin traffic meets
 * only every few minutes, and prices and lengths that have changed. A moving mean of log(observed / believed) over
 * answers, shrunk by n / (n + 2) and fading. Ratios, so that classes share it.
 */
export class Lately {
  readonly #options: LatelyOptions
  #log = 0
  #n = 0
  #at = 0

  constructor(options: LatelyOptions) {
    this.#options = options
  }

  observe(at: number, logRatio: number): void {
    const { weight, max, tauMs } = this.#options
    const kept = fading(at - this.#at, tauMs)
    const x = Math.min(max, Math.max(-max, logRatio))
    const before = kept * this.#log
    this.#n = kept * this.#n + 1
    this.#log = before + Math.max(weight, 1 / this.#n) * (x - before)
    this.#at = Math.max(this.#at, at)
  }

  /** What is believed is anew made from the answers that it was of. */
  clear(): void {
    this.#log = 0
    this.#n = 0
  }

  /** What to add to the logarithm that is believed. */
  read(now: number): number {
    if (this.#n === 0) return 0
    const { chance, tauMs } = this.#options
    // Time only makes it less: most often there is nothing to add, and no exponential needed to see that.
    if (Math.abs(this.#log) * this.#n <= chance * (this.#n + USUAL)) return 0
    const kept = fading(now - this.#at, tauMs)
    const n = kept * this.#n
    const log = (kept * this.#log * n) / (n + USUAL)
    return Math.abs(log) <= chance ? 0 : log - Math.sign(log) * chance
  }

  /** Time, answers and moving mean; empty where nothing was observed. */
  encode(): number[] {
    return this.#n === 0 ? [] : [this.#at, Number(this.#n.toPrecision(7)), Number(this.#log.toPrecision(7))]
  }

  /** Takes what `encode` gave at `now` or before; anything else is left out. */
  decode(values: unknown, now: number): void {
    if (!Array.isArray(values) || values.length !== 3 || !values.every(Number.isFinite)) return
    const [at, n, log] = values as [number, number, number]
    if (at < 0 || at > now || n < 0) return
    this.#at = at
    this.#n = n
    this.#log = log
  }
}

const fading = (age: number, tauMs: number) => Math.exp(-Math.max(0, age) / tauMs)
