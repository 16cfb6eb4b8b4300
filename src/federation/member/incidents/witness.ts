import type { Outcome } from '../../../outcomes/types.ts'
import { endpointKey } from '../../protocol/endpoint-key.ts'
import type { Incident, PublicEndpoint } from '../../protocol/types.ts'
import { FAULT_KINDS, type ReportKind } from '../../protocol/words.ts'
import type { PendingAlarm } from './alarms.ts'

/** So many answers, and this share of good ones, since the incident was heard of, say that the endpoint works here. */
const MIN_ANSWERS = 5
const WELL = 0.9
/** The hub takes a word for good for ten minutes. */
const REPEAT_MS = 300_000

interface Watched {
  readonly endpoint: PublicEndpoint
  ok: number
  faults: number
  /** Unix milliseconds of the next word on it. */
  dueAt: number
}

/**
 * Whoever uses an endpoint that others say fails, and finds it well, says so: `back`. Nothing is counted while no
 * incident is open.
 */
export class Witness {
  readonly #publicName: (endpoint: string) => PublicEndpoint | undefined
  #watched: ReadonlyMap<string, Watched> = new Map()
  #lastMinute = 0

  constructor(publicName: (endpoint: string) => PublicEndpoint | undefined) {
    this.#publicName = publicName
  }

  /** Takes the incidents that are open, in place of those before. */
  watch(open: readonly Incident[]): void {
    const before = this.#watched
    this.#watched = new Map(
      open.map((incident) => {
        const { provider, model, region } = incident
        const fresh = { endpoint: { provider, model, region }, ok: 0, faults: 0, dueAt: 0 }
        return [endpointKey(incident), before.get(endpointKey(incident)) ?? fresh]
      }),
    )
  }

  learn({ endpoint, kind }: Outcome): void {
    if (this.#watched.size === 0) return
    const name = this.#publicName(endpoint)
    const watched = name && this.#watched.get(endpointKey(name))
    if (!watched) return
    if (kind === 'ok') watched.ok += 1
    else if (FAULT_KINDS.includes(kind as ReportKind)) watched.faults += 1
  }

  /** A word that is due, at most one a minute; what it rests on is counted anew for the next. */
  next(now: number): PendingAlarm | undefined {
    const minute = Math.floor(now / 60_000)
    if (minute === this.#lastMinute) return undefined
    for (const watched of this.#watched.values()) {
      const { ok, faults, endpoint, dueAt } = watched
      const answers = ok + faults
      if (answers < MIN_ANSWERS) continue
      watched.ok = 0
      watched.faults = 0
      // Further off than a repetition is by a clock that was set back since.
      if (ok / answers < WELL || (now < dueAt && dueAt <= now + REPEAT_MS)) continue
      watched.dueAt = now + REPEAT_MS
      this.#lastMinute = minute
      return { endpoint, state: 'back', minute }
    }
    return undefined
  }
}
