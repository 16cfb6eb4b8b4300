import { type Selectable, sql } from 'kysely'
import type { Incident } from '../../federation/protocol/types.ts'
import { bucketed } from '../bucketed.ts'
import type { HubStore } from '../database/open.ts'
import type { IncidentsTable } from '../database/schema.ts'
import { WITH_PROBES } from './agreement.ts'

export interface RecentOptions {
  /** Unix seconds: those that were closed before it are left out. */
  readonly since: number
  readonly limit: number
  /** Parties that must agree. */
  readonly k: number
}

/** Incidents as they are published: open ones, then those that were closed of late, each the newest first. */
export async function recentIncidents({ db }: HubStore, { since, limit, k }: RecentOptions): Promise<Incident[]> {
  const rows = await db
    .selectFrom('incidents')
    .selectAll()
    .where((where) => where.or([where('closed_at', 'is', null), where('closed_at', '>', since)]))
    .orderBy(sql`closed_at is null`, 'desc')
    .orderBy('opened_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => incidentOf(row, k))
}

const incidentOf = (
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
