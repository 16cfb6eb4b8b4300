import { Link } from './link.ts'
import type { Paced } from './paced.ts'

const NOW = Promise.resolve()

/**
 * Does work as soon as what runs at this moment has returned, and what it put off to the next tick has been done: in
 * one microtask for all that comes meanwhile, in order.
 */
export class Soon {
  readonly #waiting = new Link()
  readonly #doThen: () => void

  constructor() {
    this.#doThen = this.#do.bind(this)
  }

  /** `proceed` must not throw. */
  add(work: Paced): void {
    const isFirst = this.#waiting.next === this.#waiting
    work.append(this.#waiting)
    if (isFirst) NOW.then(this.#doThen)
  }

  #do(): void {
    const waiting = this.#waiting
    while (waiting.next !== waiting) {
      const work = waiting.next as Paced
      work.unlink()
      work.proceed()
    }
  }
}
