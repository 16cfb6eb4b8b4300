import { Link } from './link.ts'
import type { Paced } from './paced.ts'

/**
 * Does work that nobody waits for, in order, once what has come from sockets in this turn of the event loop has been
 * dealt with: so much of it a turn, or half of what waits where that is more, so that whoever comes meanwhile does not
 * wait for all of it, and it never grows without end.
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

  #work(most: number): void {
    const waiting = this.#waiting
    for (let left = most; left > 0 && waiting.next !== waiting; left--) {
      const work = waiting.next as Paced
      work.unlink()
      this.#count -= 1
      work.proceed()
    }
  }
}
