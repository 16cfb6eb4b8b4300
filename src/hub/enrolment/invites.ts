import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import { RouterError } from '../../base/errors.ts'
import { createInvite, readInvite } from '../../federation/protocol/invite.ts'
import type { Role } from '../../federation/protocol/words.ts'
import type { HubDatabase } from '../database/schema.ts'

const USUAL_INVITE_S = 7 * 86_400

export interface InviteOptions {
  /** Invites to make; each is one enrolment, one cohort. Default 1. */
  readonly count?: number | undefined
  /** Members that may join with each. They share its cohort. Default 1. */
  readonly uses?: number | undefined
  /** Seconds that it is good for. Default a week. */
  readonly lifetimeS?: number | undefined
  /** Members have the trust of an old one from the first day. Default no. */
  readonly vouched?: boolean | undefined
  /** For the operator's own memory. */
  readonly note?: string | undefined
  /** What those who join with it may do. Default: `member`. */
  readonly role?: Role | undefined
}

/** Invites for the hub with this fingerprint. Only their hashes are kept: they are shown once. */
export async function createInvites(
  db: Kysely<HubDatabase>,
  hub: string,
  options: InviteOptions,
  nowS: number,
): Promise<string[]> {
  const { count = 1, uses = 1, lifetimeS = USUAL_INVITE_S, vouched = false, note = '', role = 'member' } = options
  const codes = Array.from({ length: count }, () => createInvite(hub))
  const common = { note, role, uses_left: uses, vouched, created_at: nowS, expires_at: nowS + lifetimeS }
  await db
    .insertInto('invites')
    .values(codes.map((code) => ({ id: inviteId(readInvite(code)!.secret), ...common })))
    .execute()
  return codes
}

/** What the hub knows an invite by. The secret is 128 random bits, so a plain hash tells nothing of it. */
export const inviteId = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** The invite of those who joined without one: all of them are one cohort. Not a hash, so no code is it. */
export const OPEN_INVITE = 'open'

export async function addOpenInvite(db: Kysely<HubDatabase>): Promise<void> {
  const row = { note: 'joined without an invite', uses_left: 0, vouched: false, created_at: 0, expires_at: 0 }
  await db
    .insertInto('invites')
    .values({ id: OPEN_INVITE, ...row })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** An invite as the operator sees it. Times in Unix seconds. */
export interface InviteSummary {
  /** The beginning of its id, enough to name it. */
  readonly id: string
  readonly note: string
  readonly uses_left: number
  readonly vouched: boolean
  readonly role: Role
  readonly created_at: number
  readonly expires_at: number
  /** Members that joined with it and have not left. */
  readonly members: number
}

const SHOWN_ID = 12

/** Newest first. */
export async function listInvites(db: Kysely<HubDatabase>): Promise<InviteSummary[]> {
  const rows = await db
    .selectFrom('invites')
    .leftJoin('members', (join) => join.onRef('members.invite', '=', 'invites.id').on('members.status', '!=', 'left'))
    .where('invites.id', '!=', OPEN_INVITE)
    .selectAll('invites')
    .select((e) => e.fn.count<number>('members.id').as('members'))
    .groupBy('invites.id')
    .orderBy('invites.created_at', 'desc')
    .orderBy('invites.id')
    .execute()
  return rows.map((row) => ({ ...row, id: row.id.slice(0, SHOWN_ID) }))
}

/** Nobody can join with it any more; who has joined stays. @throws RouterError ROUTER_HUB_NO_INVITE */
export async function revokeInvite(db: Kysely<HubDatabase>, id: string): Promise<void> {
  const beginning = /^[0-9a-f]{8,64}$/.test(id)
  const query = db.updateTable('invites').set({ uses_left: 0 }).where('id', 'like', `${id}%`)
  const result = beginning ? await query.executeTakeFirst() : undefined
  if (!result?.numUpdatedRows) throw new RouterError('ROUTER_HUB_NO_INVITE', { invite: id })
}
