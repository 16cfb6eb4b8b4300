/** When endpoints were last tried first, in numbers of requests. */
export class Picks {
  readonly #last = new Map<string, number>()
  readonly #offered = new Map<string, number>()
  #count = 0

  /** Requests so far. */
  get count(): number {
    return this.#count
  }

  /** Number of the last request that tried it first; 0 is never. */
  last(id: string): number {
    return this.#last.get(id) ?? 0
  }

  add(id: string): void {
    this.#last.set(id, ++this.#count)
  }

  /** Number of the last request for which it could have come first, had it been well; 0 is never. */
  lastOffered(id: string): number {
    return Math.max(this.last(id), this.#offered.get(id) ?? 0)
  }

  offer(id: string): void {
    this.#offered.set(id, this.#count)
  }
}
