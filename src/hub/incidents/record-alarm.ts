import { randomBytes } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Alarm, PublicEndpoint } from '../../federation/protocol/types.ts'
import type { HubStore } from '../database/open.ts'
import type { HubDatabase } from '../database/schema.ts'
import { retried } from '../ingest/retried.ts'
import { requireStatus } from '../ingest/signers.ts'
import { trustOf } from '../trust.ts'
import { agreementOf, SILENCE_S } from './agreement.ts'
import { alarmsOn } from './alarms-on.ts'

export interface AlarmContext {
  readonly store: HubStore
  /** Parties that must agree. */
  readonly quorum: number
  /** Unix seconds, by the hub's clock. */
  readonly now: number
}

/**
 * Takes a member's word on an endpoint and opens or closes the incident, in one transaction that no other process runs
 * for the same endpoint. Answers the member's trust. An alarm that is older than the member's newest one, or is the
 * same again, changes nothing.
 * @throws ProtocolProblem unknown_member, suspended
 */
export function recordAlarm(context: AlarmContext, member: string, alarm: Alarm): Promise<number> {
  return alone(context.store, alarm, async (trx) => {
    const row = await trx
      .selectFrom('members')
      .innerJoin('invites', 'invites.id', 'members.invite')
      .select(['members.status', 'members.trust', 'members.joined_at', 'members.deviation', 'invites.vouched'])
      .where('members.id', '=', member)
      // Whoever leaves waits, and takes this alarm along.
      .forKeyShare('members')
      .executeTakeFirst()
    requireStatus(row?.status)
    await (alarm.state === 'failing'
      ? recordFailing(trx, member, alarm, context.now)
      : recordRecovered(trx, member, alarm, context.now))
    await settle(trx, alarm, context)
    return trustOf(row!, context.now)
  })
}

/** Closes the incident of an endpoint when nobody complains any more. */
export const settleIncident = (context: AlarmContext, endpoint: PublicEndpoint): Promise<void> =>
  alone(context.store, endpoint, (trx) => settle(trx, endpoint, context))

const alone = <Result>(
  store: HubStore,
  { provider, model, region }: PublicEndpoint,
  work: (trx: Transaction<HubDatabase>) => Promise<Result>,
): Promise<Result> => retried(() => store.exclusively(`incident/${provider}/${model}/${region}`, work))

async function recordFailing(trx: Transaction<HubDatabase>, member: string, alarm: Alarm, now: number): Promise<void> {
  const { provider, model, region, minute } = alarm
  await trx
    .insertInto('alarms')
    .values({ member, provider, model, region, state: 'failing', minute, received_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['provider', 'model', 'region', 'member'])
        .doUpdateSet({ state: 'failing', minute, received_at: now })
        .where('alarms.minute', '<', minute),
    )
    .execute()
}

/** Only who reported failing recently can report recovery: nobody closes an incident that it was not part of. */
async function recordRecovered(
  trx: Transaction<HubDatabase>,
  member: string,
  alarm: Alarm,
  now: number,
): Promise<void> {
  await trx
    .updateTable('alarms')
    .set({ state: 'back', minute: alarm.minute, received_at: now })
    .where('member', '=', member)
    .where('provider', '=', alarm.provider)
    .where('model', '=', alarm.model)
    .where('region', '=', alarm.region)
    .where('state', '=', 'failing')
    .where('minute', '<=', alarm.minute)
    .where('received_at', '>=', now - SILENCE_S)
    .execute()
}

async function settle(
  trx: Transaction<HubDatabase>,
  { provider, model, region }: PublicEndpoint,
  { quorum, now }: AlarmContext,
): Promise<void> {
  const incident = await trx
    .selectFrom('incidents')
    .select(['id', 'opened_at', 'members'])
    .where('provider', '=', provider)
    .where('model', '=', model)
    .where('region', '=', region)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  const alarms = await alarmsOn(trx, { provider, model, region }, now)
  const { open, members } = agreementOf(alarms, incident?.opened_at, quorum, now)
  if (incident) {
    const change = open ? { members: Math.max(members, incident.members) } : { closed_at: now }
    await trx.updateTable('incidents').set(change).where('id', '=', incident.id).execute()
  } else if (open) {
    const id = randomBytes(12).toString('base64url')
    const opened = { id, provider, model, region, opened_at: now, closed_at: null, members }
    // Where advisory locks are not kept, the index on open incidents still lets only one in.
    await trx
      .insertInto('incidents')
      .values(opened)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}
