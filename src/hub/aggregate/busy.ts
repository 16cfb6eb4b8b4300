import { sql, type Transaction } from 'kysely'
import type { HubDatabase } from '../database/schema.ts'
import { MIN_TRUST } from '../incidents/agreement.ts'
import type { Contribution } from './contribution.ts'
import type { MemberRow } from './members.ts'
import type { Terms } from './memory.ts'
import { SUCCESS } from './sums.ts'

/** Requests an hour to an endpoint with which a failure is noticed within three minutes. */
const BUSY_PER_HOUR = 100
const BATCH = 500

/** Parties that are busy with an endpoint, by provider, model and region. */
export type Busy = Map<string, Set<number>>

/** Adds the trusted parties whose newest reports have much traffic to an endpoint of a provider. */
export function addBusy(
  into: Busy,
  provider: string,
  came: ReadonlyMap<string, ReadonlyMap<string, Contribution>>,
  members: ReadonlyMap<string, MemberRow>,
  { epochSeconds }: Terms,
): void {
  const enough = (BUSY_PER_HOUR * epochSeconds) / 3_600
  for (const [id, leaves] of came) {
    const member = members.get(id)?.member
    if (!member || member.trust < MIN_TRUST) continue
    const requests = new Map<string, number>()
    for (const { leaf, pending } of leaves.values()) {
      const key = `${provider}\n${leaf.model}\n${leaf.region}`
      requests.set(key, (requests.get(key) ?? 0) + (pending[SUCCESS]?.n ?? 0))
    }
    for (const [key, n] of requests) {
      if (n < enough) continue
      const parties = into.get(key) ?? new Set()
      into.set(key, parties.add(member.cohort))
    }
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
