import type { Kysely } from 'kysely'
import type { PublicEndpoint } from '../../federation/protocol/types.ts'
import type { HubDatabase } from '../database/schema.ts'

/** Parties that have to complain, and use it: others would make the hub spend its day's money on what they like. */
const PARTIES = 2
const WITHIN_S = 180

/** Endpoints of which members just said that they fail, or that have an incident: worth a look of the hub's own. */
export async function suspects(db: Kysely<HubDatabase>, now: number): Promise<PublicEndpoint[]> {
  const alarms = await db
    .selectFrom('alarms')
    .innerJoin('members', 'members.id', 'alarms.member')
    .select(['provider', 'model', 'region'])
    .where('state', '=', 'failing')
    .where('received_at', '>', now - WITHIN_S)
    .where('alarms.uses', '=', true)
    .where('members.status', '=', 'active')
    .groupBy(['provider', 'model', 'region'])
    .having((e) => e.fn.count('members.cohort').distinct(), '>=', PARTIES)
    .execute()
  const open = await db
    .selectFrom('incidents')
    .select(['provider', 'model', 'region'])
    .where('closed_at', 'is', null)
    .execute()
  return [...alarms, ...open]
}
