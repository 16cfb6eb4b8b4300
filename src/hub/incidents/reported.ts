import type { Kysely, Transaction } from 'kysely'
import { endpointKey } from '../../federation/protocol/endpoint-key.ts'
import { epochStart } from '../../federation/protocol/epoch.ts'
import type { Alarm, PublicEndpoint, Report } from '../../federation/protocol/types.ts'
import { FAULT_KINDS } from '../../federation/protocol/words.ts'
import type { HubDatabase } from '../database/schema.ts'
import { SILENCE_S } from './agreement.ts'
import { losesTrust } from './false-alarms.ts'
import { type AlarmContext, alone } from './record-alarm.ts'
import { settle } from './settle.ts'

/** From so many requests on a report says how an endpoint does, and from this share of good ones that it does well. */
const MIN_REQUESTS = 5
const WELL = 0.9
/** An alarm over nearly all of the epoch cannot be, where the report says well. */
const WHOLE = 0.9
/** One over a part of it can, unless there are many requests and hardly a fault. */
const MANY_REQUESTS = 50
const HARDLY = 0.01
const PARTLY = 0.5

/** How an endpoint did in a report, over its classes. */
interface Reported {
  readonly endpoint: PublicEndpoint
  ok: number
  faults: number
}

/**
 * What reports are held against: open incidents, and alarms of the reporter itself. A picture of the database; without
 * any of both a report costs nothing more.
 */
export class AlarmWatch {
  #incidents: ReadonlySet<string> = new Set()
  #alarms = new Map<string, Set<string>>()

  /** There are few of them. */
  async refreshIncidents(db: Kysely<HubDatabase>): Promise<void> {
    const open = await db
      .selectFrom('incidents')
      .select(['provider', 'model', 'region'])
      .where('closed_at', 'is', null)
      .execute()
    this.#incidents = new Set(open.map(endpointKey))
  }

  /** In an outage there may be one of every member: not to be done for each that arrives. */
  async refreshAlarms(db: Kysely<HubDatabase>): Promise<void> {
    const alarms = await db
      .selectFrom('alarms')
      .select(['member', 'provider', 'model', 'region'])
      .where('state', '=', 'failing')
      .execute()
    this.#alarms = new Map(
      [...Map.groupBy(alarms, ({ member }) => member)].map(([member, own]) => [member, new Set(own.map(endpointKey))]),
    )
  }

  /** An alarm that this process took. */
  note(member: string, { provider, model, region, state }: Alarm): void {
    const own = this.#alarms.get(member) ?? new Set()
    const key = endpointKey({ provider, model, region })
    if (state === 'failing') this.#alarms.set(member, own.add(key))
    else own.delete(key)
  }

  /** What a report says of endpoints that are watched. */
  wellIn(member: string, { cells }: Report): readonly Reported[] {
    const own = this.#alarms.get(member)
    if (this.#incidents.size === 0 && !own) return []
    const found = new Map<string, Reported>()
    for (const { provider, model, region, kinds } of cells) {
      const key = endpointKey({ provider, model, region })
      if (!this.#incidents.has(key) && !own?.has(key)) continue
      const known = found.get(key) ?? { endpoint: { provider, model, region }, ok: 0, faults: 0 }
      known.ok += kinds.ok ?? 0
      known.faults += FAULT_KINDS.reduce((sum, kind) => sum + (kinds[kind] ?? 0), 0)
      found.set(key, known)
    }
    return [...found.values()].filter(({ ok, faults }) => ok + faults >= MIN_REQUESTS && ok / (ok + faults) >= WELL)
  }
}

/**
 * Holds against alarms that a member's report of an epoch found endpoints well: against its own, which costs it trust
 * where both cannot be true, and against incidents that were open all the while.
 */
export async function heedReport(
  context: AlarmContext,
  member: string,
  epoch: number,
  well: readonly Reported[],
): Promise<void> {
  const { epochSeconds } = context
  const span = { start: epochStart(epoch, epochSeconds) / 1000, end: epochStart(epoch + 1, epochSeconds) / 1000 }
  for (const reported of well) {
    await alone(context.store, reported.endpoint, async (trx) => {
      if (!(await speaks(trx, member, reported, span, context.now))) return
      await sayBack(trx, member, reported.endpoint, context.now)
      await settle(trx, reported.endpoint, context)
    })
  }
}

interface Span {
  /** Unix seconds. */
  readonly start: number
  readonly end: number
}

/** Whether the report is a word on the endpoint that is newer than what the member said before. */
async function speaks(
  trx: Transaction<HubDatabase>,
  member: string,
  reported: Reported,
  { start, end }: Span,
  now: number,
): Promise<boolean> {
  const { provider, model, region } = reported.endpoint
  const alarm = await trx
    .selectFrom('alarms')
    .select(['state', 'since', 'received_at'])
    .where('member', '=', member)
    .where('provider', '=', provider)
    .where('model', '=', model)
    .where('region', '=', region)
    .executeTakeFirst()
  if (alarm?.state === 'failing') {
    const claimedUntil = Math.min(now, alarm.received_at + SILENCE_S)
    const claimed = Math.min(end, claimedUntil) - Math.max(start, alarm.since)
    const weight = falsehood(claimed, end - start, reported)
    if (weight > 0) await losesTrust(trx, member, weight, now)
    return weight === 1
  }
  const incident = await trx
    .selectFrom('incidents')
    .select('opened_at')
    .where('provider', '=', provider)
    .where('model', '=', model)
    .where('region', '=', region)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return incident !== undefined && start >= incident.opened_at
}

/** How much of a false alarm it is to have said failing for `claimed` of an epoch's seconds, and to report this of it. */
function falsehood(claimed: number, epoch: number, { ok, faults }: Reported): number {
  if (claimed >= WHOLE * epoch) return 1
  const hardlyAny = ok + faults >= MANY_REQUESTS && faults <= HARDLY * (ok + faults)
  return claimed >= Math.min(SILENCE_S, WHOLE * epoch) && hardlyAny ? PARTLY : 0
}

async function sayBack(
  trx: Transaction<HubDatabase>,
  member: string,
  { provider, model, region }: PublicEndpoint,
  now: number,
): Promise<void> {
  const word = { state: 'back' as const, minute: Math.floor(now / 60), received_at: now, since: now, uses: true }
  await trx
    .insertInto('alarms')
    .values({ member, provider, model, region, ...word })
    .onConflict((conflict) => conflict.columns(['provider', 'model', 'region', 'member']).doUpdateSet(word))
    .execute()
}
