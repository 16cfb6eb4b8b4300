import type { Outcome } from '../../../outcomes/types.ts'
import { endpointKey } from '../../protocol/endpoint-key.ts'
import type { PublicEndpoint } from '../../protocol/types.ts'
import { FaultRuns } from './fault-runs.ts'

/** An endpoint was ejected for faults (`open`), needs a person (`open` with `alert`), or answers again (`ramping`). */
export interface EndpointChange {
  readonly endpoint: string
  readonly state: 'open' | 'ramping'
  readonly alert: boolean
}

export interface AlarmOptions {
  readonly publicName: (endpoint: string) => PublicEndpoint | undefined
  /** Whether an endpoint is left out at this moment. */
  readonly isEjected: (endpoint: string) => boolean
}

export interface PendingAlarm {
  readonly endpoint: PublicEndpoint
  readonly state: 'failing' | 'back'
  /** Unix minute. */
  readonly minute: number
}

interface Failing {
  readonly name: PublicEndpoint
  /** The own endpoints behind the public one: accounts, say. */
  readonly ids: Set<string>
  /** Unix milliseconds of the next alarm. */
  dueAt: number
  reported: boolean
}

/** The hub forgets who complained after three minutes. */
const REPEAT_MS = 120_000
/** Good news that could not be reported goes stale. */
const STALE_MS = 300_000
/** Public endpoints in trouble at a time; more are not reported. */
const MAX_ALARMS = 50

/**
 * What to tell the hub of endpoints in trouble: at most one alarm a minute, first what is new, then what is well again,
 * then what still fails. Only faults of public endpoints, two in a row or an ejection for them: a wrong key, an unpaid
 * bill or a rate limit is this router's own affair. `now` in Unix milliseconds.
 */
export class AlarmQueue {
  readonly #options: AlarmOptions
  readonly #failing = new Map<string, Failing>()
  readonly #back = new Map<string, { readonly name: PublicEndpoint; readonly until: number }>()
  readonly #runs = new FaultRuns()
  #lastMinute = 0

  constructor(options: AlarmOptions) {
    this.#options = options
  }

  /** While it is ejected the router's health says when it is back. */
  learn(outcome: Outcome, now: number): void {
    const news = this.#runs.learn(outcome)
    if (!news || this.#options.isEjected(outcome.endpoint)) return
    this.note({ endpoint: outcome.endpoint, state: news === 'failing' ? 'open' : 'ramping', alert: false }, now)
  }

  note({ endpoint, state, alert }: EndpointChange, now: number): void {
    const name = this.#options.publicName(endpoint)
    if (!name) return
    const key = endpointKey(name)
    const failing = this.#failing.get(key)
    if (state === 'open' && !alert) {
      this.#back.delete(key)
      if (failing) {
        failing.ids.add(endpoint)
        if (isDue(failing, now)) failing.reported = false
        return
      }
      if (this.#failing.size >= MAX_ALARMS) this.#forgetOne(now)
      if (this.#failing.size < MAX_ALARMS)
        this.#failing.set(key, { name, ids: new Set([endpoint]), dueAt: now, reported: false })
    } else if (failing) {
      failing.ids.delete(endpoint)
      if (failing.ids.size > 0) return
      this.#failing.delete(key)
      if (state === 'ramping' && failing.reported) this.#back.set(key, { name, until: now + STALE_MS })
    }
  }

  /**
   * The alarm that is due, taken out of the queue; undefined when there is none, or one was reported in this minute.
   */
  next(now: number): PendingAlarm | undefined {
    const minute = Math.floor(now / 60_000)
    if (minute === this.#lastMinute) return undefined
    for (const [key, { until }] of this.#back) if (now > until) this.#back.delete(key)
    const alarm =
      this.#nextFailing((failing) => !failing.reported, now) ??
      this.#nextRecovered() ??
      this.#nextFailing((failing) => this.#stillFails(failing, now), now)
    if (!alarm) return undefined
    this.#lastMinute = minute
    return { ...alarm, minute }
  }

  #nextFailing(which: (failing: Failing) => boolean, now: number): Omit<PendingAlarm, 'minute'> | undefined {
    const failing = [...this.#failing.values()].filter(which).sort((a, b) => a.dueAt - b.dueAt)[0]
    if (!failing) return undefined
    failing.reported = true
    failing.dueAt = now + REPEAT_MS
    return { endpoint: failing.name, state: 'failing' }
  }

  #nextRecovered(): Omit<PendingAlarm, 'minute'> | undefined {
    for (const [key, { name }] of this.#back) {
      this.#back.delete(key)
      return { endpoint: name, state: 'back' }
    }
    return undefined
  }

  #stillFails(failing: Failing, now: number): boolean {
    return isDue(failing, now) && this.#isEjected(failing)
  }

  #isEjected({ ids }: Failing): boolean {
    return [...ids].some((id) => this.#options.isEjected(id))
  }

  /** One that failed twice, was reported, and has not been asked since. */
  #forgetOne(now: number): void {
    for (const [key, failing] of this.#failing) {
      if (!failing.reported || !isDue(failing, now) || this.#isEjected(failing)) continue
      this.#failing.delete(key)
      return
    }
  }
}

/** Further off than a repetition is by a clock that was set back since. */
const isDue = ({ dueAt }: Failing, now: number): boolean => dueAt <= now || dueAt > now + REPEAT_MS
