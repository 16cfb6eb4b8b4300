/** Lets waiters through one by one, so that a test decides when the next chunk goes out. */
export class Gate {
  #permits = 0
  #waiters: (() => void)[] = []

  /** Settles when this call has been let through. */
  wait(): Promise<void> {
    if (this.#permits > 0) {
      this.#permits -= 1
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      this.#waiters.push(resolve)
    })
  }

  /** Lets `count` calls through, waiting ones first. Infinity opens for good. */
  release(count = 1): void {
    this.#permits += count
    while (this.#permits > 0 && this.#waiters.length > 0) {
      this.#permits -= 1
      this.#waiters.shift()?.()
    }
  }
}
