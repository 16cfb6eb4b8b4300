import type { Kysely } from 'kysely'
import { RouterError } from '../../base/errors.ts'
import { epochStart } from '../../federation/protocol/epoch.ts'
import { USUAL_EPOCH_S } from '../../federation/protocol/limits.ts'
import type { Role } from '../../federation/protocol/words.ts'
import type { HubDatabase, MembersTable } from '../database/schema.ts'
import { falseAlarms, trustOf } from '../trust.ts'

/** A member as the operator sees it. Times in Unix seconds. */
export interface MemberSummary {
  readonly id: string
  readonly status: MembersTable['status']
  readonly role: Role
  /** What its word weighs now, 0 to 1. */
  readonly trust: number
  /** The operator's word on that; null: none. */
  readonly trust_set: number | null
  /** Members of one cohort count once. */
  readonly cohort: string
  readonly continent: string
  readonly joined_at: number
  readonly last_epoch: number | null
  /** End of the epoch of its last report; null: none yet. */
  readonly last_report: number | null
  /** Reports that the hub has of the last two days; older ones are known by their figures only. */
  readonly reports: number
  /** Mean distance from the others, in standard deviations. */
  readonly deviation: number
  /** Alarms that were contradicted, each less with time; one halves trust. */
  readonly false_alarms: number
  /** Of the invite that it joined with. */
  readonly note: string
}

const SHOWN_COHORT = 12

/** Oldest first, without those who left. */
export async function listMembers(
  db: Kysely<HubDatabase>,
  nowS: number,
  epochSeconds = USUAL_EPOCH_S,
): Promise<MemberSummary[]> {
  const rows = await db
    .selectFrom('members')
    .innerJoin('invites', 'invites.id', 'members.invite')
    .selectAll('members')
    .leftJoin(
      (e) =>
        e
          .selectFrom('reports')
          .select((own) => ['member', own.fn.countAll<number>().as('reports'), own.fn.max('epoch').as('newest')])
          .groupBy('member')
          .as('sent'),
      (join) => join.onRef('sent.member', '=', 'members.id'),
    )
    .select(['invites.note', 'invites.vouched', 'sent.reports', 'sent.newest'])
    .where('status', '!=', 'left')
    .orderBy('joined_at')
    .orderBy('members.id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    status: row.status,
    role: row.role,
    trust: trustOf(row, nowS),
    trust_set: row.trust,
    cohort: row.cohort.slice(0, SHOWN_COHORT),
    continent: row.continent,
    joined_at: row.joined_at,
    last_epoch: lastOf(row),
    last_report: endOf(lastOf(row), epochSeconds),
    reports: row.reports ?? 0,
    deviation: row.deviation,
    false_alarms: falseAlarms(row, nowS),
    note: row.note,
  }))
}

/**
 * The operator's word on a member: 0 to 1, or null to take it back. 1 vouches for it: it becomes a cohort of its own.
 * Any other leaves it the cohort of its invite, but in a private hub, where each is `alone` as it joins.
 * @throws RouterError ROUTER_HUB_NO_MEMBER
 */
export async function setTrust(
  db: Kysely<HubDatabase>,
  member: string,
  trust: number | null,
  { alone = false }: { readonly alone?: boolean } = {},
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('members')
    .set((e) => ({ trust, cohort: alone || trust === 1 ? e.ref('id') : e.ref('invite') }))
    .where('id', '=', member)
    .where('status', '!=', 'left')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw unknown(member)
}

/**
 * A suspended member's reports and alarms are refused, and what it sent no longer counts from the next map on; it can
 * be resumed.
 * @throws RouterError ROUTER_HUB_NO_MEMBER
 */
export async function setSuspended(db: Kysely<HubDatabase>, member: string, suspended: boolean): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Whoever writes something of this member holds its row meanwhile.
    const row = await trx.selectFrom('members').select('status').where('id', '=', member).forUpdate().executeTakeFirst()
    if (!row || row.status === 'left') throw unknown(member)
    const status = suspended ? 'suspended' : 'active'
    await trx.updateTable('members').set({ status }).where('id', '=', member).execute()
  })
}

function lastOf({ last_epoch, newest }: { readonly last_epoch: number | null; readonly newest: number | null }) {
  const last = Math.max(last_epoch ?? -1, newest ?? -1)
  return last < 0 ? null : last
}

const endOf = (epoch: number | null, epochSeconds: number): number | null =>
  epoch === null ? null : epochStart(epoch + 1, epochSeconds) / 1000

const unknown = (member: string) => new RouterError('ROUTER_HUB_NO_MEMBER', { member })
