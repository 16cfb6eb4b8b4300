/** From so many faults in a row on it is an outage, not chance. */
const OUTAGE_FAULTS = 3
/** An outage is never quite certain. */
const MIN_CHANCE = 0.01

/**
 * Faults in a row. An outage of unknown length that has lasted for a is still on after b with chance a / b, if all
 * lengths are alike on the logarithm: what has been down for an hour will not be back in a minute. So the longer it has
 * been down, the less often it is worth a try.
 */
export class FaultRun {
  #length = 0
  #firstAt = 0
  #lastAt = 0

  get length(): number {
    return this.#length
  }

  /** When the run began; of no meaning without one. */
  get firstAt(): number {
    return this.#firstAt
  }

  get isOutage(): boolean {
    return this.#length >= OUTAGE_FAULTS
  }

  clear(): void {
    this.#length = 0
  }

  fail(at: number): void {
    if (this.#length++ === 0) this.#firstAt = at
    this.#lastAt = Math.max(this.#lastAt, at)
  }

  /**
   * The chance that it answers again: 1 - (a / b)^2 with a from the first to the last fault and b from the first until
   * now; 1 when there is no outage.
   */
  chanceOver(now: number): number {
    if (!this.isOutage) return 1
    const [known, passed] = [this.#lastAt - this.#firstAt, now - this.#firstAt]
    return passed > known ? Math.max(MIN_CHANCE, 1 - (known / passed) ** 2) : MIN_CHANCE
  }
}
