import type { Kysely, Transaction } from 'kysely'
import type { HubDatabase } from '../database/schema.ts'
import { retried } from '../ingest/retried.ts'

/**
 * A member leaves: reports, contributions and alarms go. What stays is that this key left, how far it was off on the
 * whole and how many of its alarms were false; one that is suspended stays so, and the operator's word on it stays, so
 * that leaving and joining again washes nobody clean. Forgetting twice is fine.
 */
export async function forgetMember(db: Kysely<HubDatabase>, member: string): Promise<void> {
  // The aggregation takes the same rows in another order.
  await retried(() => db.transaction().execute((trx) => forget(trx, member)))
}

async function forget(trx: Transaction<HubDatabase>, member: string): Promise<void> {
  // Whoever writes something of this member holds its row meanwhile.
  const row = await trx.selectFrom('members').select('status').where('id', '=', member).forUpdate().executeTakeFirst()
  if (!row) return
  for (const table of ['reports', 'contributions', 'alarms'] as const)
    await trx.deleteFrom(table).where('member', '=', member).execute()
  await trx
    .updateTable('members')
    .set({
      status: row.status === 'suspended' ? 'suspended' : 'left',
      continent: '-',
      last_epoch: null,
    })
    .where('id', '=', member)
    .execute()
}
