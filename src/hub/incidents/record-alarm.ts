import type { Transaction } from 'kysely'
import type { Alarm, PublicEndpoint } from '../../federation/protocol/types.ts'
import type { HubStore } from '../database/open.ts'
import type { HubDatabase } from '../database/schema.ts'
import { retried } from '../ingest/retried.ts'
import { requireStatus } from '../ingest/signers.ts'
import { TRUST_COLUMNS, trustOf } from '../trust.ts'
import { SILENCE_S } from './agreement.ts'
import { settle } from './settle.ts'
import { usesEndpoint } from './uses.ts'

export interface AlarmContext {
  readonly store: HubStore
  readonly epochSeconds: number
  /** Parties that must agree. */
  readonly quorum: number
  /** Unix seconds, by the hub's clock. */
  readonly now: number
}

/** What a member's alarm is worth. */
export interface RecordedAlarm {
  readonly trust: number
  /** Whether its reports of the last day include the endpoint. */
  readonly uses: boolean
}

/**
 * Takes a member's word on an endpoint; the incident is to be settled then. An alarm that is older than the member's
 * newest one, or is the same again, changes nothing.
 * @throws ProtocolProblem unknown_member, suspended
 */
export function recordAlarm(context: AlarmContext, member: string, alarm: Alarm): Promise<RecordedAlarm> {
  const take = async (trx: Transaction<HubDatabase>): Promise<RecordedAlarm> => {
    const row = await trx
      .selectFrom('members')
      .innerJoin('invites', 'invites.id', 'members.invite')
      .select(['members.status', ...TRUST_COLUMNS])
      .where('members.id', '=', member)
      // Whoever leaves waits, and takes this alarm along.
      .forKeyShare('members')
      .executeTakeFirst()
    requireStatus(row?.status)
    const uses = await usesEndpoint(trx, member, alarm, context.epochSeconds, context.now)
    await record(trx, member, alarm, uses, context.now)
    return { trust: trustOf(row!, context.now), uses }
  }
  return retried(() => context.store.db.transaction().execute(take))
}

/**
 * Opens or closes the incident of an endpoint by its alarms and reports, in a transaction that no other process runs
 * for the same endpoint.
 */
export const settleIncident = (context: AlarmContext, endpoint: PublicEndpoint): Promise<void> =>
  alone(context.store, endpoint, (trx) => settle(trx, endpoint, context))

/** One at a time for an endpoint, whichever process. */
export const alone = <Result>(
  store: HubStore,
  { provider, model, region }: PublicEndpoint,
  work: (trx: Transaction<HubDatabase>) => Promise<Result>,
): Promise<Result> => retried(() => store.exclusively(`incident/${provider}/${model}/${region}`, work))

/**
 * A member's newest word. It says failing without a break as long as it repeats it within ten minutes; recovery may be
 * reported within the same minute as the failure.
 */
async function record(
  trx: Transaction<HubDatabase>,
  member: string,
  { provider, model, region, state, minute }: Alarm,
  uses: boolean,
  now: number,
): Promise<void> {
  const word = { state, minute, received_at: now, uses, since: now, contradicted: false }
  await trx
    .insertInto('alarms')
    .values({ member, provider, model, region, ...word })
    .onConflict((conflict) =>
      conflict
        .columns(['provider', 'model', 'region', 'member'])
        .doUpdateSet((e) => {
          const goesOn = e.and([
            e('alarms.state', '=', state),
            e('alarms.received_at', '>=', now - SILENCE_S),
            e('alarms.received_at', '<=', now),
          ])
          return {
            ...word,
            since: e.case().when(goesOn).then(e.ref('alarms.since')).else(now).end(),
            contradicted: e.case().when(goesOn).then(e.ref('alarms.contradicted')).else(false).end(),
          }
        })
        .where('alarms.minute', state === 'back' ? '<=' : '<', minute),
    )
    .execute()
}
