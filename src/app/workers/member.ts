import type { Worker } from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RequestRecord } from '../../plugins/api.ts'
import type { ToWorker, WorkerLoad } from './messages.ts'

/** Bytes of deltas on their way to a worker that does not take them. More are dropped: nobody waits for it. */
const MAX_QUEUED_BYTES = 8 * 1024 * 1024
/** An answer that takes longer is not waited for. Milliseconds. */
const ANSWER_MS = 1000

/** Between two looks whether the channel of a process that has ended is read to its end. Milliseconds. */
const CHANNEL_MS = 10
/** Questions in a row that it does not answer, before it counts as hanging. */
const MAX_UNANSWERED = 3

const NO_LOAD: WorkerLoad = { inFlight: new Map(), residentBytes: 0 }

/** A worker as the process that holds the state sees it. */
export class Member {
  readonly worker: Worker
  readonly startedMs = performance.now()
  /** It has been given the state, and gets what changes. */
  attached = false
  /** What it had no room for, by its own count. */
  reportedDropped = 0
  /** Resolves when it is gone and all that it sent has come. */
  readonly ended: Promise<void>
  #dropped = 0
  #unanswered = 0
  #queued = 0
  #ids = 0
  /** Until it answers, or no longer: without an answer. */
  readonly #flushing = new Map<number, (load?: WorkerLoad) => void>()
  readonly #finding = new Map<number, (record?: RequestRecord) => void>()
  #reloaded: (() => void) | undefined
  /** Look-ups under way for it. */
  readonly searches = new Map<number, AbortController>()

  constructor(worker: Worker) {
    this.worker = worker
    worker.process.once('disconnect', () => this.#gone())
    this.ended = this.#end()
  }

  /** Deltas and lines that found no room on their way from it, and batches on their way to it. */
  get dropped(): number {
    return this.reportedDropped + this.#dropped
  }

  /** It has sent something. */
  answered(): void {
    this.#unanswered = 0
  }

  /**
   * Asks whether it is alive, some seconds after the last time. False when it has not answered for long. Questions are
   * counted, not time: a machine that slept has not waited for anybody.
   */
  ask(): boolean {
    if (!this.attached) return true
    if (this.#unanswered >= MAX_UNANSWERED) return false
    this.#unanswered++
    this.send({ type: 'ping' })
    return true
  }

  send(message: ToWorker): void {
    if (this.worker.isConnected()) this.worker.send(message, undefined, () => {})
  }

  /** Sends on what others have learned. */
  relay(deltas: Uint8Array): void {
    if (!this.attached || !this.worker.isConnected()) return
    if (this.#queued > MAX_QUEUED_BYTES) {
      this.#dropped++
      return
    }
    this.#queued += deltas.length
    this.worker.send({ type: 'deltas', deltas }, undefined, () => {
      this.#queued -= deltas.length
    })
  }

  /** Resolves when everything that it knew has come, or it does not answer. */
  flush(): Promise<WorkerLoad> {
    return this.#ask(this.#flushing, (id) => ({ type: 'flush', id })).then((load) => load ?? NO_LOAD)
  }

  flushed(id: number, load: WorkerLoad): void {
    this.#flushing.get(id)?.(load)
  }

  /** One of its last requests, by our id or the upstream's; undefined, too, when it does not answer. */
  find(record: string): Promise<RequestRecord | undefined> {
    return this.#ask(this.#finding, (id) => ({ type: 'find', id, record }))
  }

  found(id: number, record: RequestRecord | undefined): void {
    this.#finding.get(id)?.(record)
  }

  #ask<T>(waiting: Map<number, (answer?: T) => void>, message: (id: number) => ToWorker): Promise<T | undefined> {
    if (!this.attached) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      const id = ++this.#ids
      const timer = setTimeout(() => waiting.get(id)?.(), ANSWER_MS)
      waiting.set(id, (answer) => {
        clearTimeout(timer)
        waiting.delete(id)
        resolve(answer)
      })
      this.send(message(id))
    })
  }

  /** Resolves when it has taken on a configuration, or is gone. */
  reload(message: Extract<ToWorker, { readonly type: 'reload' }>): Promise<void> {
    return new Promise((resolve) => {
      this.#reloaded = resolve
      this.send(message)
    })
  }

  reloaded(): void {
    this.#reloaded?.()
  }

  async #end(): Promise<void> {
    // Not `once` of node:events, which rejects when a message could not be sent, as happens to one that was killed.
    await new Promise((resolve) => this.worker.process.once('exit', resolve))
    // The channel is read to its end also when the process was killed. Node does not always tell of that: not where a
    // connection was handed over that the process had not taken.
    while (this.worker.process.connected) await sleep(CHANNEL_MS)
    this.#gone()
  }

  #gone(): void {
    this.attached = false
    this.#reloaded?.()
    for (const settle of [...this.#flushing.values(), ...this.#finding.values()]) settle()
    for (const search of this.searches.values()) search.abort()
  }
}
