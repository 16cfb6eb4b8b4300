import type { Kysely } from 'kysely'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'
import type { HubDatabase, MembersTable } from '../database/schema.ts'
import { TRUST_COLUMNS, trustOf } from '../trust.ts'

/** What a member may know of itself. */
export interface MemberStatus {
  readonly member: string
  readonly status: MembersTable['status']
  /** 0 to 1, two digits. */
  readonly trust: number
  /** Unix seconds. */
  readonly joined: number
  /** Of the last report that the hub has; null: none yet. */
  readonly last_epoch: number | null
  /** Reports of the last day that the hub has. */
  readonly reports: number
}

/** @throws ProtocolProblem unknown_member, also for one that left */
export async function memberStatus(db: Kysely<HubDatabase>, member: string, nowS: number): Promise<MemberStatus> {
  const row = await db
    .selectFrom('members')
    .innerJoin('invites', 'invites.id', 'members.invite')
    .select(['members.status', 'members.last_epoch', ...TRUST_COLUMNS])
    .where('members.id', '=', member)
    .executeTakeFirst()
  if (!row || row.status === 'left')
    throw new ProtocolProblem('unknown_member', 'This key is not enrolled at this hub, or left it.')
  const { reports, newest } = await db
    .selectFrom('reports')
    .select((e) => [e.fn.countAll<number>().as('reports'), e.fn.max('epoch').as('newest')])
    .where('member', '=', member)
    .executeTakeFirstOrThrow()
  const trust = Math.round(trustOf(row, nowS) * 100) / 100
  const last = Math.max(row.last_epoch ?? -1, newest ?? -1)
  return { member, status: row.status, trust, joined: row.joined_at, last_epoch: last < 0 ? null : last, reports }
}
