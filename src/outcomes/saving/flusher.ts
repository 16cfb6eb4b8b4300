import type { StatsStore } from '../../plugins/api.ts'
import type { OutcomeBook } from '../cells/cells.ts'
import { drainInbox } from './inbox.ts'

export interface FlusherOptions {
  readonly book: OutcomeBook
  readonly store: StatsStore
  readonly intervalMs: number
  /**
   * Called with what a flush rejected with, once until the stats are saved again; the next flush tries again. Must not
   * throw.
   */
  readonly onError: (error: unknown) => void
  /** The stats are saved again. */
  readonly onRecovered?: () => void
  /** State folder whose inbox is emptied into the book at each flush. */
  readonly inbox?: string
  readonly now?: () => number
}

/**
 * Saves the book when it has changed: on a timer that keeps no process alive, and at close. Never two saves at a time.
 */
export class StatsFlusher {
  readonly #options: FlusherOptions
  readonly #now: () => number
  readonly #timer: NodeJS.Timeout
  /** Revision last saved. A book that was only restored is at 0. */
  #saved = 0
  #flushing: Promise<void> | undefined
  #failing = false

  constructor(options: FlusherOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#timer = setInterval(() => void this.flush(), options.intervalMs)
    this.#timer.unref()
  }

  /**
   * Saves what is new, and does what requests should not wait for; while a save is under way, resolves with that one.
   * Never rejects.
   */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined
    })
    return this.#flushing
  }

  /** Stops the timer and saves a last time. The store is the caller's to close. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#flushing
    await this.flush()
  }

  async #flush(): Promise<void> {
    const { book, store, inbox, onError, onRecovered } = this.#options
    try {
      if (inbox !== undefined) for (const outcome of await drainInbox(inbox)) book.record(outcome, this.#now())
    } catch (error) {
      // An inbox that cannot be read is no reason not to save.
      onError(error)
    }
    book.quality.advance(this.#now())
    const { revision } = book
    if (revision === this.#saved) return
    try {
      await store.save(book.snapshot(this.#now()))
      this.#saved = revision
      if (this.#failing) onRecovered?.()
      this.#failing = false
    } catch (error) {
      if (!this.#failing) onError(error)
      this.#failing = true
    }
  }
}
