/**
 * When to try again: longer after each failure in a row, with jitter, so that the members of a hub that comes back do
 * not come at once.
 */
export class Backoff {
  readonly #firstMs: number
  readonly #maxMs: number
  readonly #random: () => number
  #failures = 0

  constructor(firstMs: number, maxMs: number, random: () => number = Math.random) {
    this.#firstMs = firstMs
    this.#maxMs = maxMs
    this.#random = random
  }

  /** Milliseconds to wait after another failure; at least `minMs`, which the other side asked for. */
  failed(minMs = 0): number {
    const wait = Math.min(this.#maxMs, this.#firstMs * 2 ** Math.min(20, this.#failures))
    this.#failures += 1
    return Math.max(minMs, wait * (0.5 + this.#random()))
  }

  worked(): void {
    this.#failures = 0
  }
}
