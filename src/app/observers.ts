import { reasonOf } from '../base/errors.ts'
import type { Config } from '../config/types.ts'
import { type FinishedRequest, toRecord } from '../outcomes/log/finished-request.ts'
import { lineToRecord } from '../outcomes/log/record-line.ts'
import type { Observer, RequestRecord, RouterEvent } from '../plugins/api.ts'
import type { PluginRegistry } from '../plugins/registry.ts'
import type { Log } from './log.ts'

/** Records that wait for observers; more are dropped, since no observer may slow a request. */
const QUEUE_LIMIT = 10_000

/** Hands records to the observers, after the answer and off the request path. */
export class Observers {
  readonly #observers: readonly Observer[]
  readonly #log: Log
  #queue: RequestRecord[] = []
  #scheduled = false
  #failed = false

  private constructor(observers: readonly Observer[], log: Log) {
    this.#observers = observers
    this.#log = log
  }

  static async create(config: Config, registry: PluginRegistry, log: Log): Promise<Observers> {
    const observers: Observer[] = []
    for (const use of config.observers) observers.push(await registry.create('observer', use))
    return new Observers(observers, log)
  }

  take(request: FinishedRequest): void {
    if (this.#takesMore) this.#add(toRecord(request))
  }

  /** Records as they stand in the decision log; lines of another kind are passed over. */
  takeLines(bytes: Uint8Array): void {
    if (!this.#takesMore) return
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
    for (const line of text.split('\n')) {
      const record = this.#takesMore ? lineToRecord(line) : undefined
      if (record) this.#add(record)
    }
  }

  /** What happened to the router itself. */
  notice(event: RouterEvent): void {
    for (const observer of this.#observers) this.#guard(() => observer.notice?.(event))
  }

  get #takesMore(): boolean {
    return this.#observers.length > 0 && this.#queue.length < QUEUE_LIMIT
  }

  #add(record: RequestRecord): void {
    this.#queue.push(record)
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.drain())
  }

  /** Hands over what waits. The observers themselves are closed with their registry. */
  drain(): void {
    this.#scheduled = false
    const records = this.#queue
    this.#queue = []
    for (const record of records) for (const observer of this.#observers) this.#guard(() => observer.observe(record))
  }

  #guard(hand: () => void): void {
    try {
      hand()
    } catch (error) {
      // Once: a broken observer fails at every request.
      if (!this.#failed)
        this.#log.warn({ reason: reasonOf(error) }, 'An observer failed; further failures are not logged')
      this.#failed = true
    }
  }
}
