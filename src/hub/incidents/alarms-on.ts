import type { Transaction } from 'kysely'
import type { PublicEndpoint } from '../../federation/protocol/types.ts'
import type { HubDatabase } from '../database/schema.ts'
import { trustOf } from '../trust.ts'
import type { MemberAlarm } from './agreement.ts'

/** The latest alarm of each active member on an endpoint. */
export async function alarmsOn(
  trx: Transaction<HubDatabase>,
  { provider, model, region }: PublicEndpoint,
  now: number,
): Promise<MemberAlarm[]> {
  const rows = await trx
    .selectFrom('alarms')
    .innerJoin('members', 'members.id', 'alarms.member')
    .innerJoin('invites', 'invites.id', 'members.invite')
    .select([
      'alarms.state',
      'alarms.received_at',
      'members.cohort',
      'members.trust',
      'members.joined_at',
      'members.deviation',
      'invites.vouched',
    ])
    .where('alarms.provider', '=', provider)
    .where('alarms.model', '=', model)
    .where('alarms.region', '=', region)
    .where('members.status', '=', 'active')
    .execute()
  return rows.map((row) => ({
    cohort: row.cohort,
    state: row.state,
    receivedAt: row.received_at,
    trust: trustOf(row, now),
  }))
}
