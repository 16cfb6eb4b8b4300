const WINDOW_MS = 60_000

/** An upstream's limit on requests in any 60 s; those it turned away do not count. */
export class RateCap {
  readonly #rpm: number
  readonly #accepted: number[] = []
  #oldest = 0

  constructor(rpm: number) {
    this.#rpm = rpm
  }

  /** False: over the limit, which is answered with 429. `now` in milliseconds. */
  accept(now: number): boolean {
    while (this.#oldest < this.#accepted.length && this.#accepted[this.#oldest]! <= now - WINDOW_MS) this.#oldest++
    if (this.#oldest > 1000) {
      this.#accepted.splice(0, this.#oldest)
      this.#oldest = 0
    }
    if (this.#accepted.length - this.#oldest >= this.#rpm) return false
    this.#accepted.push(now)
    return true
  }
}
