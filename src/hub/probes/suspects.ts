import type { Kysely } from 'kysely'
import { endpointKey } from '../../federation/protocol/endpoint-key.ts'
import type { PublicEndpoint } from '../../federation/protocol/types.ts'
import type { HubDatabase } from '../database/schema.ts'
import { MIN_TRUST } from '../incidents/agreement.ts'
import { TRUST_COLUMNS, trustOf } from '../trust.ts'

/**
 * Parties that have to complain, and use it: others would make the hub spend its day's money on what they like. One is
 * enough that is trusted: each complaint that the probe contradicts costs it half of that.
 */
const PARTIES = 2
const WITHIN_S = 180

/** Endpoints of which members just said that they fail, or that have an incident: worth a look of the hub's own. */
export async function suspects(db: Kysely<HubDatabase>, now: number): Promise<PublicEndpoint[]> {
  const alarms = await db
    .selectFrom('alarms')
    .innerJoin('members', 'members.id', 'alarms.member')
    .innerJoin('invites', 'invites.id', 'members.invite')
    .select(['alarms.provider', 'alarms.model', 'alarms.region', 'members.cohort', ...TRUST_COLUMNS])
    .where('alarms.state', '=', 'failing')
    .where('alarms.received_at', '>', now - WITHIN_S)
    .where('alarms.uses', '=', true)
    .where('members.status', '=', 'active')
    .execute()
  const complained = [...Map.groupBy(alarms, endpointKey).values()].filter(
    (of) => new Set(of.map(({ cohort }) => cohort)).size >= PARTIES || of.some((row) => trustOf(row, now) >= MIN_TRUST),
  )
  const open = await db
    .selectFrom('incidents')
    .select(['provider', 'model', 'region'])
    .where('closed_at', 'is', null)
    .execute()
  return [...complained.map((of) => of[0]!), ...open].map(({ provider, model, region }) => ({
    provider,
    model,
    region,
  }))
}
