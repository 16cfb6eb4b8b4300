import { createHash } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { SigningKey } from '../../federation/protocol/keys.ts'
import { seal } from '../../federation/protocol/signed.ts'
import type { Incident, Incidents } from '../../federation/protocol/types.ts'
import { VERSION } from '../../federation/protocol/version.ts'
import { bucketed } from '../bucketed.ts'
import type { HubStore } from '../database/open.ts'
import type { IncidentsTable } from '../database/schema.ts'
import { WITH_PROBES } from './agreement.ts'

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
  #signed: (SignedIncidents & { readonly time: number }) | undefined

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
    const rows = await store.db
      .selectFrom('incidents')
      .selectAll()
      .where((where) => where.or([where('closed_at', 'is', null), where('closed_at', '>', now() / 1000 - DAY_S)]))
      .orderBy(sql`closed_at is null`, 'desc')
      .orderBy('opened_at', 'desc')
      .orderBy('id')
      .limit(MAX_INCIDENTS)
      .execute()
    const incidents = rows.toSorted((a, b) => b.opened_at - a.opened_at).map((row) => incidentOf(row, k))
    const seen = JSON.stringify(incidents)
    if (seen === this.#seen) return false
    this.#seen = seen
    this.#incidents = incidents
    this.#signed = undefined
    return true
  }

  /** The signed list; the same bytes until something changes, for a minute at the most. */
  signed(): SignedIncidents {
    const time = Math.floor(this.#options.now() / 1000)
    if (!this.#signed || Math.abs(time - this.#signed.time) >= FRESH_S) {
      const document: Incidents = { type: 'incidents', v: VERSION, time, incidents: this.#incidents }
      const bytes = seal(document, this.#options.key)
      this.#signed = { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`, time }
    }
    return this.#signed
  }
}

/** A row of the database as it is published. */
export const incidentOf = (
  { id, provider, model, region, opened_at, closed_at, members }: Selectable<IncidentsTable>,
  k: number,
): Incident => ({
  id,
  provider,
  model,
  region,
  opened: Math.floor(opened_at / 60),
  ...(closed_at !== null && { closed: Math.floor(closed_at / 60) }),
  members: Math.max(bucketed(members, k), WITH_PROBES),
})
