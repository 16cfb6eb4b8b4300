/** One at a time, the others in a short queue. Those that no longer want their turn leave the queue at once. */
export class Turns {
  readonly #limit: number
  readonly #queue: (() => void)[] = []
  #taken = false

  /** @param most that may wait */
  constructor(limit: number) {
    this.#limit = limit
  }

  get full(): boolean {
    return this.#queue.length >= this.#limit
  }

  /** Waits for a turn and gives the function that ends it. Rejects with the signal's reason. Ask `full` before. */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#taken) await this.#wait(signal)
    this.#taken = true
    return () => {
      const next = this.#queue.shift()
      if (next) next()
      else this.#taken = false
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(enter), 1)
        reject(signal.reason)
      }
      const enter = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      this.#queue.push(enter)
      signal.addEventListener('abort', leave, { once: true })
    })
  }
}
