/** Bytes that many holders share. Whoever takes some gives them back when it is done, whatever becomes of it. */
export class ByteBudget {
  readonly limit: number
  #used = 0

  /** `limit`: bytes; endless by default. */
  constructor(limit = Number.POSITIVE_INFINITY) {
    this.limit = limit
  }

  get used(): number {
    return this.#used
  }

  /** False, and nothing taken, when so many are not left. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.limit) return false
    this.#used += bytes
    return true
  }

  give(bytes: number): void {
    this.#used -= bytes
  }
}
