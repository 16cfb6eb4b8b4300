import type { Config } from '../../config/types.ts'
import type { OutcomeBook } from '../../outcomes/cells/cells.ts'
import type { FinishedRequest } from '../../outcomes/log/finished-request.ts'
import { RequestLog } from '../../outcomes/log/request-log.ts'
import type { RequestRecord } from '../../plugins/api.ts'
import type { Log } from '../log.ts'
import type { AppState } from '../sharing.ts'
import { decisionLogOf } from '../state.ts'
import type { Asks } from './asks.ts'
import type { BatchSender } from './batch-sender.ts'

/** A worker that is killed loses what waits: as little as others know later. Milliseconds. */
const LINGER_MS = 50

/**
 * What a worker's requests leave behind. It writes its own files of the decision log; what other workers answered is
 * asked of the process that holds the state.
 */
export class WorkerState implements AppState {
  readonly book: OutcomeBook
  readonly #requests: RequestLog
  readonly #sender: BatchSender
  readonly #asks: Asks
  readonly #isObserved: boolean

  /** `book`: a copy of the one that is saved. */
  constructor(book: OutcomeBook, sender: BatchSender, asks: Asks, config: Config, log: Log) {
    this.book = book
    this.#sender = sender
    this.#asks = asks
    this.#isObserved = config.observers.length > 0
    const decisions = decisionLogOf(config, log)
    this.#requests = new RequestLog(decisions && { ...decisions, lingerMs: LINGER_MS, writers: config.server.workers })
  }

  record(request: FinishedRequest): void {
    const place = this.#requests.record(request)
    if (this.#isObserved) this.#sender.line(this.#requests.lineAt(place)!)
  }

  write(line: string): void {
    this.#requests.write(line)
  }

  async find(id: string, signal: AbortSignal): Promise<RequestRecord | undefined> {
    return this.recent(id) ?? this.#asks.find(id, signal)
  }

  /** One of the last requests of this worker. */
  recent(id: string): RequestRecord | undefined {
    return this.#requests.find(id)
  }

  stopSearching(): void {
    this.#asks.stop()
  }

  async close(): Promise<void> {
    this.#sender.flush()
    await this.#requests.close()
  }
}
