const SLOT_MS = 5000
const SLOTS = 6

/** Good and bad attempts of the last 25 to 30 seconds, O(1) per event and per question. */
export class FaultWindow {
  readonly #ok = new Uint32Array(SLOTS)
  readonly #faults = new Uint32Array(SLOTS)
  #slot = 0
  #okTotal = 0
  #faultTotal = 0

  add(ok: boolean, now: number): void {
    this.#turn(now)
    const index = this.#slot % SLOTS
    if (ok) {
      this.#ok[index]! += 1
      this.#okTotal += 1
    } else {
      this.#faults[index]! += 1
      this.#faultTotal += 1
    }
  }

  ok(now: number): number {
    this.#turn(now)
    return this.#okTotal
  }

  faults(now: number): number {
    this.#turn(now)
    return this.#faultTotal
  }

  clear(): void {
    this.#ok.fill(0)
    this.#faults.fill(0)
    this.#okTotal = 0
    this.#faultTotal = 0
  }

  /** Empties the slots that time has passed over. */
  #turn(now: number): void {
    const current = Math.floor(now / SLOT_MS)
    if (current - this.#slot >= SLOTS) this.clear()
    for (let slot = Math.max(this.#slot, current - SLOTS) + 1; slot <= current; slot += 1) {
      const index = slot % SLOTS
      this.#okTotal -= this.#ok[index]!
      this.#faultTotal -= this.#faults[index]!
      this.#ok[index] = 0
      this.#faults[index] = 0
    }
    this.#slot = Math.max(this.#slot, current)
  }
}
