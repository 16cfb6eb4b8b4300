const EVERY_MS = 20
/** A wait so much longer than asked for would show in a measurement. */
const STALL_MS = 60

/**
 * Whether this process was too busy to measure: a hub's aggregation holds up everything for seconds, and an endpoint
 * would be blamed for it.
 */
export class LoopWatch {
  #timer: NodeJS.Timeout | undefined
  #seen = performance.now()
  #stalledAt = Number.NEGATIVE_INFINITY

  start(): void {
    this.#seen = performance.now()
    this.#timer = setInterval(() => this.#look(), EVERY_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Since `performance.now()` said `from`. */
  stalledSince(from: number): boolean {
    this.#look()
    return this.#stalledAt >= from
  }

  #look(): void {
    const now = performance.now()
    if (now - this.#seen > EVERY_MS + STALL_MS) this.#stalledAt = now
    this.#seen = now
  }
}
