/** Pairs that are kept before all are forgotten. */
const MAX_PAIRS = 5_000

/** Keys made of two texts, each made once: a text that is written anew for each look-up is garbage after it. */
export class JoinedKeys {
  readonly #keys = new Map<string, Map<string, string>>()
  #pairs = 0

  /** The two with a line feed between them; always the same string for the same two. */
  of(first: string, second: string): string {
    const known = this.#keys.get(first)?.get(second)
    if (known !== undefined) return known
    if (this.#pairs >= MAX_PAIRS) {
      this.#keys.clear()
      this.#pairs = 0
    }
    const key = `${first}\n${second}`
    const keys = this.#keys.get(first)
    if (keys) keys.set(second, key)
    else this.#keys.set(first, new Map([[second, key]]))
    this.#pairs++
    return key
  }
}
