/** When endpoints were last tried first, in numbers of requests. */
export class Picks {
  readonly #last = new Map<string, number>()
  readonly #offered = new Map<string, number>()
  /** Unix ms. */
  readonly #seen = new Map<string, number>()
  #count = 0

  /** Requests so far. */
  get count(): number {
    return this.#count
  }

  /** Number of the last request that tried it first; 0 is never. */
  last(id: string): number {
    return this.#last.get(id) ?? 0
  }

  add(id: string, now: number): void {
    this.#last.set(id, ++this.#count)
    this.#seen.set(id, now)
  }

  /** Milliseconds since it was last tried first or offered to be; since it was first asked for, where it never was. */
  unseenMs(id: string, now: number): number {
    const at = this.#seen.get(id)
    if (at === undefined) this.#seen.set(id, now)
    return at === undefined ? 0 : now - at
  }

  /** Number of the last request for which it could have come first, had it been well; 0 is never. */
  lastOffered(id: string): number {
    return Math.max(this.last(id), this.#offered.get(id) ?? 0)
  }

  /** Whether it was not offered since it was last tried first. */
  isLatest(id: string): boolean {
    return this.lastOffered(id) === this.last(id)
  }

  offer(id: string, now: number): void {
    this.#offered.set(id, this.#count)
    this.#seen.set(id, now)
  }
}
