import type { OutcomeBook } from '../../outcomes/cells/cells.ts'
import type { FinishedRequest } from '../../outcomes/log/finished-request.ts'
import type { RequestRecord } from '../../plugins/api.ts'
import type { AppState } from '../sharing.ts'
import type { Asks } from './asks.ts'
import type { BatchSender } from './batch-sender.ts'

/** What a worker's requests leave behind: it goes to the process that holds the state, where it is also looked up. */
export class WorkerState implements AppState {
  readonly book: OutcomeBook
  readonly #sender: BatchSender
  readonly #asks: Asks

  /** `book`: a copy of the one that is saved. */
  constructor(book: OutcomeBook, sender: BatchSender, asks: Asks) {
    this.book = book
    this.#sender = sender
    this.#asks = asks
  }

  record(request: FinishedRequest): void {
    this.#sender.record(request)
  }

  write(line: string): void {
    this.#sender.line(line)
  }

  find(id: string, signal: AbortSignal): Promise<RequestRecord | undefined> {
    // What this worker knows of it arrives first.
    this.#sender.flush()
    return this.#asks.find(id, signal)
  }

  stopSearching(): void {
    this.#asks.stop()
  }

  async close(): Promise<void> {
    this.#sender.flush()
  }
}
