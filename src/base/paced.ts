import { Link } from './link.ts'

/** Work that may have to wait for another turn of the event loop. */
export abstract class Paced extends Link {
  abstract proceed(): void
}

/**
 * Begins at most so many pieces of work in one turn of the event loop; the others follow in order, as many in each turn
 * to come. What waits for sockets and timers so has to wait for a few of a burst, and not for all of it; and undici,
 * which sends on a kept connection in the next turn, has sent the first long before the last have been begun.
 */
export class Pace {
  readonly #perTurn: number
  readonly #waiting = new Link()
  #left: number
  #renewing = false
  #draining = false
  readonly #renewThen: () => void
  readonly #drainThen: () => void

  constructor(perTurn: number) {
    this.#perTurn = perTurn
    this.#left = perTurn
    this.#renewThen = this.#renew.bind(this)
    this.#drainThen = this.#drain.bind(this)
  }

  /** At once, where it can. `proceed` must not throw. */
  begin(work: Paced): void {
    if (this.#left === 0) {
      work.append(this.#waiting)
      if (this.#draining) return
      // Behind whatever those begun in this turn have put off.
      this.#draining = true
      setImmediate(this.#drainThen)
      return
    }
    if (!this.#renewing) {
      this.#renewing = true
      setImmediate(this.#renewThen)
    }
    this.#left -= 1
    work.proceed()
  }

  #renew(): void {
    this.#renewing = false
    // Those that wait come first.
    if (!this.#draining) this.#left = this.#perTurn
  }

  #drain(): void {
    const waiting = this.#waiting
    for (let begun = 0; begun < this.#perTurn && waiting.next !== waiting; begun++) {
      const next = waiting.next as Paced
      next.unlink()
      next.proceed()
    }
    if (waiting.next !== waiting) {
      setImmediate(this.#drainThen)
      return
    }
    this.#draining = false
    this.#left = 0
    if (!this.#renewing) {
      this.#renewing = true
      setImmediate(this.#renewThen)
    }
  }
}
