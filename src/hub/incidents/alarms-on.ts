import type { Transaction } from 'kysely'
import type { PublicEndpoint } from '../../federation/protocol/types.ts'
import type { HubDatabase } from '../database/schema.ts'
import { TRUST_COLUMNS, trustOf } from '../trust.ts'
import type { MemberAlarm } from './agreement.ts'

/** The latest alarm of each active member on an endpoint. */
export async function alarmsOn(
  trx: Transaction<HubDatabase>,
  { provider, model, region }: PublicEndpoint,
  now: number,
): Promise<Required<MemberAlarm>[]> {
  const rows = await trx
    .selectFrom('alarms')
    .innerJoin('members', 'members.id', 'alarms.member')
    .innerJoin('invites', 'invites.id', 'members.invite')
    .select(['alarms.state', 'alarms.received_at', 'alarms.since', 'alarms.uses', 'members.cohort', ...TRUST_COLUMNS])
    .where('alarms.provider', '=', provider)
    .where('alarms.model', '=', model)
    .where('alarms.region', '=', region)
    .where('members.status', '=', 'active')
    .execute()
  return rows.map((row) => ({
    cohort: row.cohort,
    state: row.state,
    receivedAt: row.received_at,
    since: row.since,
    uses: row.uses,
    trust: trustOf(row, now),
  }))
}
