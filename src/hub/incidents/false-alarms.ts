import type { Transaction } from 'kysely'
import type { HubDatabase } from '../database/schema.ts'
import { falseAlarms } from '../trust.ts'

/** A member's alarm was contradicted. `weight`: 1 for a false alarm beyond doubt. `now` in Unix seconds. */
export async function losesTrust(
  trx: Transaction<HubDatabase>,
  member: string,
  weight: number,
  now: number,
): Promise<void> {
  const row = await trx
    .selectFrom('members')
    .select(['false_alarms', 'false_alarms_at'])
    .where('id', '=', member)
    .executeTakeFirst()
  if (!row) return
  await trx
    .updateTable('members')
    .set({ false_alarms: falseAlarms(row, now) + weight, false_alarms_at: now })
    .where('id', '=', member)
    .execute()
}
