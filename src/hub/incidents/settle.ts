import { randomBytes } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import type { PublicEndpoint } from '../../federation/protocol/types.ts'
import type { HubDatabase } from '../database/schema.ts'
import { probeEvidence } from '../probes/evidence.ts'
import { type Agreement, agreementOf, type Evidence } from './agreement.ts'
import { alarmsOn } from './alarms-on.ts'
import { losesTrust } from './false-alarms.ts'

export interface SettleOptions {
  /** Parties that must agree. */
  readonly quorum: number
  /** Unix seconds, by the hub's clock. */
  readonly now: number
}

/** A claim that probes contradicted costs this much of a false alarm: the endpoint may fail in some places only. */
const CONTRADICTED = 0.5
/** A probe contradicts what was said this long before it, at the least. */
const SETTLED_S = 60

/** Opens, closes or keeps the incident of an endpoint, by what members and probes say of it now. */
export async function settle(
  trx: Transaction<HubDatabase>,
  endpoint: PublicEndpoint,
  { quorum, now }: SettleOptions,
): Promise<void> {
  const { provider, model, region } = endpoint
  const incident = await trx
    .selectFrom('incidents')
    .select(['id', 'opened_at', 'members', 'evidence_at'])
    .where('provider', '=', provider)
    .where('model', '=', model)
    .where('region', '=', region)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  const evidence = await evidenceOn(trx, endpoint, now)
  const alarms = await alarmsOn(trx, endpoint, now)
  const agreement = agreementOf(alarms, incident?.opened_at, quorum, now, {
    ...evidence,
    evidenceAt: incident?.evidence_at,
  })
  if (evidence.probes?.state === 'back') await contradict(trx, endpoint, evidence.probes.at, now)
  if (incident) await update(trx, incident, agreement, evidence, now)
  else if (agreement.open) await open(trx, endpoint, agreement.members, now)
}

async function evidenceOn(trx: Transaction<HubDatabase>, endpoint: PublicEndpoint, now: number): Promise<Evidence> {
  const { provider, model, region } = endpoint
  const users = await trx
    .selectFrom('endpoint_users')
    .select('busy')
    .where('provider', '=', provider)
    .where('model', '=', model)
    .where('region', '=', region)
    .executeTakeFirst()
  const { last } = await trx
    .selectFrom('incidents')
    .select((e) => e.fn.max('closed_at').as('last'))
    .where('provider', '=', provider)
    .where('model', '=', model)
    .where('region', '=', region)
    .executeTakeFirstOrThrow()
  const probes = await probeEvidence(trx, endpoint, now)
  return { busy: users?.busy ?? 0, probes, lastClosedAt: last ?? 0 }
}

async function update(
  trx: Transaction<HubDatabase>,
  incident: { readonly id: string; readonly members: number },
  { open, members }: Agreement,
  { probes }: Evidence,
  now: number,
): Promise<void> {
  const isNew = members > incident.members || probes?.state === 'failing'
  const change = open
    ? { members: Math.max(members, incident.members), ...(isNew && { evidence_at: now }) }
    : { closed_at: now }
  await trx.updateTable('incidents').set(change).where('id', '=', incident.id).execute()
}

async function open(
  trx: Transaction<HubDatabase>,
  { provider, model, region }: PublicEndpoint,
  members: number,
  now: number,
): Promise<void> {
  const id = randomBytes(12).toString('base64url')
  const opened = { id, provider, model, region, opened_at: now, closed_at: null, members, evidence_at: now }
  // Where advisory locks are not kept, the index on open incidents still lets only one in.
  await trx
    .insertInto('incidents')
    .values(opened)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Whoever says failing before and after a probe that succeeded loses trust, once for each time that it begins to. */
async function contradict(
  trx: Transaction<HubDatabase>,
  { provider, model, region }: PublicEndpoint,
  probedAt: number,
  now: number,
): Promise<void> {
  const contradicted = await trx
    .updateTable('alarms')
    .set({ contradicted: true })
    .where('provider', '=', provider)
    .where('model', '=', model)
    .where('region', '=', region)
    .where('state', '=', 'failing')
    .where('contradicted', '=', sql<boolean>`false`)
    .where('since', '<=', probedAt - SETTLED_S)
    .where('received_at', '>', probedAt)
    .returning('member')
    .execute()
  for (const { member } of contradicted) await losesTrust(trx, member, CONTRADICTED, now)
}
