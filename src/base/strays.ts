/**
 * Of the names that only clients use, the ones used last. They have a bound of their own, so that whoever invents names
 * pushes out nothing that is kept under a configured one. Until `configure` every name counts as configured.
 */
export class Strays {
  readonly #capacity: number
  readonly #drop: (name: string) => void
  readonly #used = new Set<string>()
  #configured: ReadonlySet<string> | undefined

  /** `drop` is called with the name unused for longest, when there is one too many. */
  constructor(capacity: number, drop: (name: string) => void) {
    this.#capacity = capacity
    this.#drop = drop
  }

  /**
   * Takes on another configuration. `held`: the names under which something is kept, the one unused for longest first.
   */
  configure(names: ReadonlySet<string>, held: Iterable<string>): void {
    this.#configured = names
    this.#used.clear()
    for (const name of [...held]) this.use(name)
  }

  has(name: string): boolean {
    return this.#configured !== undefined && !this.#configured.has(name)
  }

  /** Marks a name as used; of a configured one nothing is noted. */
  use(name: string): void {
    if (!this.has(name)) return
    this.#used.delete(name)
    this.#used.add(name)
    if (this.#used.size <= this.#capacity) return
    const oldest = this.#used.values().next().value!
    this.#used.delete(oldest)
    this.#drop(oldest)
  }

  /** Nothing is kept under it any more. */
  delete(name: string): void {
    this.#used.delete(name)
  }
}
