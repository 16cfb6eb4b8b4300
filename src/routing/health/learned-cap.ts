const DECREASE = 0.7
/** One more request in flight for each such time without a 429. */
const GROW_EVERY_MS = 10_000
const FORGET_AT_PEAKS = 2
const PEAK_WINDOW_MS = 300_000

/**
 * How many concurrent requests an endpoint bears, learned from its 429s: additive increase, multiplicative decrease as
 * in TCP (Chiu and Jain 1989). Infinity until the first 429, and again once the cap is more than twice what was lately
 * in flight, since it then says nothing.
 */
export class LearnedCap {
  readonly #growEveryMs: number
  #base = Number.POSITIVE_INFINITY
  #since = 0
  #peak = 0
  #peakBefore = 0
  #peakFrom = 0

  /** `others`: how many share the endpoint, each with a cap of its own: together they grow as one alone would. */
  constructor(others = 0) {
    this.#growEveryMs = GROW_EVERY_MS * (1 + others)
  }

  /** A 429 with so many requests in flight, itself included. */
  lower(inFlight: number, now: number): void {
    if (this.#base === Number.POSITIVE_INFINITY) {
      this.#peak = this.#peakBefore = 0
      this.#peakFrom = now
    }
    this.#base = Math.min(this.at(now), Math.max(1, Math.floor(inFlight * DECREASE)))
    this.#since = now
    this.saw(inFlight, now)
  }

  /** Keeps the recent peak: the most that was in flight in this and the last five minutes. */
  saw(inFlight: number, now: number): void {
    if (this.#base === Number.POSITIVE_INFINITY) return
    if (now - this.#peakFrom >= PEAK_WINDOW_MS) {
      this.#peakBefore = now - this.#peakFrom >= 2 * PEAK_WINDOW_MS ? 0 : this.#peak
      this.#peak = 0
      this.#peakFrom = now
    }
    this.#peak = Math.max(this.#peak, inFlight)
  }

  at(now: number): number {
    if (this.#base === Number.POSITIVE_INFINITY) return this.#base
    const cap = this.#base + Math.max(0, Math.floor((now - this.#since) / this.#growEveryMs))
    if (cap > FORGET_AT_PEAKS * Math.max(this.#peak, this.#peakBefore)) this.#base = Number.POSITIVE_INFINITY
    return this.#base === Number.POSITIVE_INFINITY ? this.#base : cap
  }
}
