/** Leaves of one member that the hub works with: four reports of nothing but different cells. */
export const MAX_LEAVES = 2_000
/** Providers among them: each costs a query, whatever is said of it. */
export const MAX_PROVIDERS = 100

/**
 * How much of one member may be taken, whatever it sends: else one that made up 500 names an hour would have an
 * aggregation of more than fits into memory, and, since its reports stay until they are taken in, every one after it.
 */
export class Allowance {
  readonly #leaves = new Map<string, number>()
  readonly #providers = new Map<string, Set<string>>()

  /** Takes room for leaves of a provider; answers for how many there was some. */
  take(member: string, provider: string, leaves: number): number {
    const providers = this.#providers.get(member) ?? new Set<string>()
    this.#providers.set(member, providers)
    if (providers.size >= MAX_PROVIDERS && !providers.has(provider)) return 0
    providers.add(provider)
    const used = this.#leaves.get(member) ?? 0
    const granted = Math.min(leaves, MAX_LEAVES - used)
    this.#leaves.set(member, used + granted)
    return granted
  }
}
