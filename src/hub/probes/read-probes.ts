import type { Kysely } from 'kysely'
import type { HubDatabase } from '../database/schema.ts'
import { PROBE_SILENCE_S, type ProbedCell } from './probe-cells.ts'
import { decodeProbeSums } from './probe-sums.ts'

/** What was measured of late by the hub and its probers. `now` in Unix seconds. */
export async function readProbes(db: Kysely<HubDatabase>, now: number): Promise<ProbedCell[]> {
  const rows = await db
    .selectFrom('probe_cells')
    .innerJoin('probers', 'probers.id', 'probe_cells.prober')
    .select(['provider', 'model', 'region', 'class', 'sums', 'time', 'probers.continent'])
    .where('time', '>', now - PROBE_SILENCE_S)
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
