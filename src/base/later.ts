import { Link } from './link.ts'
import type { Paced } from './paced.ts'

/**
 * Does work that nobody waits for in later turns of the event loop (`Soon` does it in this one), in the order in which
 * it came. `perTurn` pieces a turn, so that requests which come meanwhile wait for no more than those; half of what
 * waits where that is more, so that the queue cannot grow without end.
 */
export class Later {
  readonly #perTurn: number
  readonly #waiting = new Link()
  #count = 0
  #scheduled = false
  readonly #doThen: () => void

  constructor(perTurn: number) {
    this.#perTurn = perTurn
    this.#doThen = this.#do.bind(this)
  }

  /** `proceed` must not throw. */
  add(work: Paced): void {
    work.append(this.#waiting)
    this.#count += 1
    this.#schedule()
  }

  /** Does all of it at once, for who is to see what has come of it. */
  flush(): void {
    this.#work(this.#count)
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(this.#doThen)
  }

  #do(): void {
    this.#scheduled = false
    this.#work(Math.max(this.#perTurn, this.#count >> 1))
    if (this.#count > 0) this.#schedule()
  }

  #work(count: number): void {
    const waiting = this.#waiting
    for (let left = count; left > 0 && waiting.next !== waiting; left--) {
      const work = waiting.next as Paced
      work.unlink()
      this.#count -= 1
      work.proceed()
    }
  }
}
