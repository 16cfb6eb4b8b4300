import type { Kysely } from 'kysely'
import type { HubDatabase } from '../database/schema.ts'
import { type AlarmContext, settleIncident } from './record-alarm.ts'

/** Alarms and incidents are kept for the page and for nothing else. */
const ALARMS_KEPT_S = 86_400
const INCIDENTS_KEPT_S = 90 * 86_400

/** Closes incidents that nobody complains of any more, and forgets what is old. Any process may do so at any time. */
export async function sweep(context: AlarmContext): Promise<void> {
  const { db } = context.store
  const open = await db
    .selectFrom('incidents')
    .select(['provider', 'model', 'region'])
    .where('closed_at', 'is', null)
    .execute()
  for (const endpoint of open) await settleIncident(context, endpoint)
  await forget(db, context.now)
}

async function forget(db: Kysely<HubDatabase>, now: number): Promise<void> {
  await db
    .deleteFrom('alarms')
    .where('received_at', '<', now - ALARMS_KEPT_S)
    .execute()
  await db
    .deleteFrom('incidents')
    .where('closed_at', '<', now - INCIDENTS_KEPT_S)
    .execute()
}
