import type { Incident } from '../../federation/protocol/types.ts'
import type { HubStore } from '../database/open.ts'
import { recentIncidents } from './recent.ts'

const DAYS_S = 30 * 86_400
/** More than these the pages do not list. */
const MAX_INCIDENTS = 2_000

interface Options {
  readonly store: HubStore
  readonly k: number
  /** Unix milliseconds. */
  readonly now: () => number
}

/** The incidents of now and of the last 30 days, for the pages: members get those of the last day, signed. */
export class IncidentHistory {
  readonly #options: Options
  #seen = ''
  #incidents: readonly Incident[] = []

  constructor(options: Options) {
    this.#options = options
  }

  /** Open ones, then the newest; the same array until something changes. */
  get incidents(): readonly Incident[] {
    return this.#incidents
  }

  /** Looks at the database. */
  async refresh(): Promise<void> {
    const { store, k, now } = this.#options
    const incidents = await recentIncidents(store, { since: now() / 1000 - DAYS_S, limit: MAX_INCIDENTS, k })
    const seen = JSON.stringify(incidents)
    if (seen === this.#seen) return
    this.#seen = seen
    this.#incidents = incidents
  }
}
