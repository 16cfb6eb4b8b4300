import { createHash } from 'node:crypto'
import type { SigningKey } from '../../federation/protocol/keys.ts'
import { seal } from '../../federation/protocol/signed.ts'
import type { Incident, Incidents } from '../../federation/protocol/types.ts'
import { VERSION } from '../../federation/protocol/version.ts'
import type { HubStore } from '../database/open.ts'
import { recentIncidents } from './recent.ts'

const DAY_S = 86_400
/** Incidents in a document; with the longest names they stay below its size limit. */
const MAX_INCIDENTS = 500
/** The document is signed anew when it is older, so that a reader can tell a fresh one from an old one sent again. */
const FRESH_S = 60

export interface BoardOptions {
  readonly store: HubStore
  readonly key: SigningKey
  readonly k: number
  /** Unix milliseconds. */
  readonly now: () => number
}

/** A list of incidents as it is served. */
export interface SignedIncidents {
  readonly bytes: Buffer
  readonly etag: string
}

/** The incidents of now and of the last day, as this process last saw them in the database. */
export class IncidentBoard {
  readonly #options: BoardOptions
  #seen = ''
  #incidents: readonly Incident[] = []
  #signed: (SignedIncidents & { readonly time: number; readonly key: string }) | undefined

  constructor(options: BoardOptions) {
    this.#options = options
  }

  /** The same array until something changes. */
  get incidents(): readonly Incident[] {
    return this.#incidents
  }

  /** Looks at the database. True when something changed since the last look. */
  async refresh(): Promise<boolean> {
    const { store, k, now } = this.#options
    const recent = await recentIncidents(store, { since: now() / 1000 - DAY_S, limit: MAX_INCIDENTS, k })
    const incidents = recent.toSorted((a, b) => b.opened - a.opened)
    const seen = JSON.stringify(incidents)
    if (seen === this.#seen) return false
    this.#seen = seen
    this.#incidents = incidents
    this.#signed = undefined
    return true
  }

  /** The signed list; the same bytes until something changes, for a minute at the most. */
  signed(): SignedIncidents {
    const { key, now } = this.#options
    const time = Math.floor(now() / 1000)
    const old = this.#signed
    if (!old || old.key !== key.publicKey || Math.abs(time - old.time) >= FRESH_S) {
      const document: Incidents = { type: 'incidents', v: VERSION, time, incidents: this.#incidents }
      const bytes = seal(document, key)
      const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
      this.#signed = { bytes, etag, time, key: key.publicKey }
      return this.#signed
    }
    return old
  }
}
