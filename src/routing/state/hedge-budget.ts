/** Hedges that may be saved up for a bad minute. */
const MAX_SAVED = 5

/**
 * What hedging may take: a share of the requests, and the same share of what they are expected to cost. Two accounts:
 * every request that may be hedged pays its share in, a hedge takes one request and its price out. A hedge is allowed
 * while neither account is in debt, so the first one is, and over time the share is kept whatever comes.
 */
export class HedgeBudget {
  #requests = 0
  #usd = 0

  /** A request that might be hedged; `usd` is its expected price, 0 when not known. */
  earn(share: number, usd: number): void {
    this.#requests = Math.min(MAX_SAVED, this.#requests + share)
    this.#usd = Math.min(MAX_SAVED * usd, this.#usd + share * usd)
  }

  /** True, and taken out, when a hedge at this price is allowed. */
  spend(share: number, usd: number): boolean {
    if (share === 0 || this.#requests < 0 || this.#usd < 0) return false
    this.#requests -= 1
    this.#usd -= usd
    return true
  }
}
