import { epochAt, epochStart } from '../../federation/protocol/epoch.ts'
import type { HubStore } from '../database/open.ts'
import type { HubSettings } from '../settings.ts'
import { aggregate } from './run.ts'
import type { AggregationFacts } from './state.ts'

/**
 * Members spread their reports over the first half of the next epoch; a little later those that will come are there.
 */
const GRACE = 0.6
/** After a failure: the database is away, most likely. */
const RETRY_MS = 5_000
/** Longest sleep: a clock that is set, or a machine that was suspended, is noticed within this. */
const MAX_SLEEP_MS = 60_000

export interface SchedulerOptions {
  readonly store: HubStore
  readonly settings: Pick<HubSettings, 'key' | 'epochSeconds' | 'k'>
  /** After each map that this process made. What it throws goes to `onError`. */
  readonly onMap?: (facts: AggregationFacts) => void | Promise<void>
  readonly onError?: (error: unknown) => void
  /** Unix milliseconds. Default: the system's clock. */
  readonly now?: () => number
}

/**
 * Makes a map at the end of every epoch plus 0.6 epochs of grace. Every process of a hub runs one: the first to take
 * the lock does it, the others find it done. After time away it makes the newest map that is due, into which all
 * reports since then go.
 */
export class AggregationScheduler {
  readonly #options: SchedulerOptions
  readonly #now: () => number
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #stopped = false
  /** The epoch that was looked at last and is done. */
  #done = -1

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  start(): void {
    this.#stopped = false
    this.#schedule(0)
  }

  /** Waits for the aggregation under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#running
  }

  /** Makes the map that is due, if it is not there. Never rejects. */
  runDue(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #run(): Promise<void> {
    const { store, settings, onMap, onError } = this.#options
    const due = dueEpoch(this.#now(), settings.epochSeconds)
    if (due === this.#done) return
    try {
      const facts = await aggregate(store, settings, due, this.#now() / 1000)
      this.#done = due
      if (facts) await onMap?.(facts)
    } catch (error) {
      onError?.(error)
    }
  }

  #schedule(ms: number): void {
    if (this.#stopped) return
    this.#timer = setTimeout(async () => {
      await this.runDue()
      const { epochSeconds } = this.#options.settings
      const due = dueEpoch(this.#now(), epochSeconds)
      const next = dueAt(due + 1, epochSeconds) - this.#now()
      this.#schedule(Math.max(1, Math.min(next, due !== this.#done ? RETRY_MS : MAX_SLEEP_MS)))
    }, ms).unref()
  }
}

/** Unix milliseconds at which the map of an epoch is made. */
export const dueAt = (epoch: number, epochSeconds: number): number =>
  epochStart(epoch + 1, epochSeconds) + GRACE * epochSeconds * 1000

/** The newest epoch whose map is due. */
export const dueEpoch = (nowMs: number, epochSeconds: number): number =>
  epochAt(nowMs - GRACE * epochSeconds * 1000, epochSeconds) - 1
