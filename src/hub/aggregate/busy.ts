import { sql, type Transaction } from 'kysely'
import type { HubDatabase } from '../database/schema.ts'
import { isTrusted } from './cohorts.ts'
import type { Contribution } from './contribution.ts'
import type { MemberTable } from './member-table.ts'
import type { Terms } from './memory.ts'
import { SUCCESS } from './sums.ts'

/** Requests an hour to an endpoint with which a failure is noticed within three minutes. */
const BUSY_PER_HOUR = 100
const BATCH = 500

/** Parties that are busy with an endpoint, by provider, model and region. */
export type Busy = Map<string, Set<number>>

/** Adds the party of a trusted member whose newest reports have much traffic to an endpoint of a provider. */
export function addBusy(
  into: Busy,
  provider: string,
  member: number,
  came: ReadonlyMap<string, Contribution>,
  { cohort, trust }: MemberTable,
  { epochSeconds }: Terms,
): void {
  if (!isTrusted(trust[member]!)) return
  const enough = (BUSY_PER_HOUR * epochSeconds) / 3_600
  const requests = new Map<string, number>()
  for (const { leaf, pending } of came.values()) {
    const key = `${provider}\n${leaf.model}\n${leaf.region}`
    requests.set(key, (requests.get(key) ?? 0) + (pending[SUCCESS]?.n ?? 0))
  }
  for (const [key, n] of requests) {
    if (n < enough) continue
    const parties = into.get(key) ?? new Set()
    into.set(key, parties.add(cohort[member]!))
  }
}

/** Replaces what the aggregation before found. */
export async function writeBusy(trx: Transaction<HubDatabase>, busy: Busy): Promise<void> {
  await sql`delete from endpoint_users`.execute(trx)
  const rows = [...busy].map(([key, parties]) => {
    const [provider, model, region] = key.split('\n') as [string, string, string]
    return { provider, model, region, busy: parties.size }
  })
  for (let at = 0; at < rows.length; at += BATCH)
    await trx
      .insertInto('endpoint_users')
      .values(rows.slice(at, at + BATCH))
      .execute()
}
