/** A step back smaller than this is waited out; a larger one is a clock that was set. Milliseconds. */
const TOLERANCE = 60_000

/**
 * Time that never goes back. When the wall clock is set back, the step is taken up in an offset and time goes on from
 * where it was, so that neither windows nor decays see it. A step forward cannot be told from a pause and is believed.
 */
export class SteadyClock {
  #last = 0
  #offset = 0

  /** Steady time for this wall-clock time, Unix milliseconds; moves the clock on. */
  tick(now: number): number {
    if (!isTime(now)) return this.#last
    if (now + this.#offset < this.#last - TOLERANCE) this.#offset = this.#last - now
    this.#last = Math.max(this.#last, now + this.#offset)
    return this.#last
  }

  /** The same without moving the clock. */
  read(now: number): number {
    return isTime(now) ? Math.max(this.#last, now + this.#offset) : this.#last
  }

  /** Steady time of a moment in the past. */
  past(at: number): number {
    return isTime(at) ? Math.min(this.#last, at + this.#offset) : this.#last
  }

  /** The wall-clock time of a steady time. */
  wall(steady: number): number {
    return steady - this.#offset
  }

  get last(): number {
    return this.#last
  }

  /** Goes on from the steady time of an earlier run. */
  resume(last: number): void {
    if (isTime(last)) this.#last = Math.max(this.#last, last)
  }
}

/** Within what a Date can hold. */
const isTime = (value: number) => Number.isFinite(value) && value >= 0 && value <= 8.64e15
