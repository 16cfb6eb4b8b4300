import type { Kysely } from 'kysely'
import type { HubDatabase } from '../database/schema.ts'
import { PROBE_SILENCE_S, type ProbedCell } from './probe-cells.ts'
import { decodeProbeSums } from './probe-sums.ts'

/** Probers that were suspended or left: from then on what they sent is nobody's measure. */
export const silencedProbers = (db: Kysely<HubDatabase>) =>
  db
    .selectFrom('members')
    .select('members.id')
    .where('members.role', '=', 'prober')
    .where('members.status', '!=', 'active')

/** What was measured of late by the hub and its probers. `now` in Unix seconds. */
export async function readProbes(db: Kysely<HubDatabase>, now: number): Promise<ProbedCell[]> {
  const rows = await db
    .selectFrom('probe_cells')
    .innerJoin('probers', 'probers.id', 'probe_cells.prober')
    .select(['provider', 'model', 'region', 'class', 'sums', 'time', 'probers.continent'])
    .where('time', '>', now - PROBE_SILENCE_S)
    .where('prober', 'not in', silencedProbers(db))
    .execute()
  return rows.map(({ sums, time, ...cell }) => ({ ...cell, sums: decodeProbeSums(sums, time) }))
}

/** Forgets what says nothing any more. */
export async function pruneProbes(db: Kysely<HubDatabase>, now: number): Promise<void> {
  await db
    .deleteFrom('probe_cells')
    .where('time', '<', now - PROBE_SILENCE_S)
    .execute()
  await db
    .deleteFrom('probe_states')
    .where('time', '<', now - PROBE_SILENCE_S)
    .execute()
}
