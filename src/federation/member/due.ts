/**
 * A moment by a clock that may be set: when the clock goes back the moment does too, so that the wait stays what it
 * was. Unix milliseconds.
 */
export class Due {
  #at: number
  #seen: number

  constructor(at: number, now: number) {
    this.#at = at
    this.#seen = now
  }

  get at(): number {
    return this.#at
  }

  set at(at: number) {
    this.#at = at
  }

  isOver(now: number): boolean {
    if (now < this.#seen) this.#at -= this.#seen - now
    this.#seen = now
    return now >= this.#at
  }
}
