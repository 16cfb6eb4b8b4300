import type { Kysely, Transaction } from 'kysely'
import { readInvite } from '../../federation/protocol/invite.ts'
import { fingerprint } from '../../federation/protocol/keys.ts'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'
import type { Role } from '../../federation/protocol/words.ts'
import type { HubDatabase } from '../database/schema.ts'
import { addOpenInvite, inviteId, OPEN_INVITE } from './invites.ts'

export interface NewMember {
  /** Raw, base64url; its signature over the enrolment has been verified. */
  readonly publicKey: string
  /** The invite's code, as it came; undefined: none was needed. */
  readonly invite: string | undefined
  readonly continent: string
  /** Counts as one by itself, whoever else joins with the same invite. */
  readonly alone?: boolean
}

export interface Enrolled {
  /** The member's id. */
  readonly member: string
  /** False when the key was enrolled already; nothing is used up then. */
  readonly created: boolean
}

/**
 * Enrols a key with an invite, in one transaction: an invite for n members enrols n, however many ask at once. A key
 * that left needs an invite again.
 * @throws ProtocolProblem invite_unknown, invite_used, invite_expired, suspended
 */
export async function enrol(
  db: Kysely<HubDatabase>,
  { publicKey, invite, continent, alone }: NewMember,
  nowS: number,
): Promise<Enrolled> {
  const id = idOf(invite)
  const member = fingerprint(publicKey)
  return db.transaction().execute(async (trx) => {
    if (id === OPEN_INVITE) await addOpenInvite(trx)
    const isAlone = alone || id === OPEN_INVITE
    const { trust, ...conduct } = await conductOf(trx, isAlone ? undefined : id, member)
    const cohort = alone ? member : id
    const joining = { invite: id, cohort, continent, status: 'active', joined_at: nowS, ...conduct } as const
    // First the member: whoever enrols the same key at the same time waits here, and finds it enrolled.
    const inserted = await trx
      .insertInto('members')
      .values({ id: member, public_key: publicKey, trust, last_epoch: null, ...joining })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((e) => ({ ...joining, trust: e.fn('least', ['members.trust', 'excluded.trust']) }))
          .where('members.status', '=', 'left'),
      )
      .returning('id')
      .executeTakeFirst()
    if (inserted) await takeRole(trx, member, id === OPEN_INVITE ? 'member' : await useInvite(trx, id, nowS))
    else await requireNotSuspended(trx, member)
    return { member, created: inserted !== undefined }
  })
}

function idOf(invite: string | undefined): string {
  if (invite === undefined) return OPEN_INVITE
  const secret = readInvite(invite)?.secret
  if (secret !== undefined) return inviteId(secret)
  throw new ProtocolProblem('invite_unknown', 'This is not an invite of a hub: it must look like cr1.<secret>.<hub>.')
}

/**
 * What a newcomer has to its name: the worst of what it had when it left, and of those with the same invite, which is
 * one party's, and the least that the operator said of those who left. So leaving and joining again washes nobody
 * clean, with the same key or another. `invite`: undefined where each counts as one by itself.
 */
async function conductOf(trx: Transaction<HubDatabase>, invite: string | undefined, member: string) {
  const { deviation, cells, alarms, alarmsAt, trust } = await trx
    .selectFrom('members')
    .select((e) => [
      e.fn.max('deviation').as('deviation'),
      e.fn.max('deviation_cells').as('cells'),
      e.fn.max('false_alarms').as('alarms'),
      e.fn.max('false_alarms_at').as('alarmsAt'),
      // That somebody was vouched for says nothing of another key.
      e.fn.min('trust').filterWhere('status', '=', 'left').filterWhere('trust', '<', 1).as('trust'),
    ])
    .where((e) =>
      invite === undefined ? e('id', '=', member) : e.or([e('invite', '=', invite), e('id', '=', member)]),
    )
    .executeTakeFirstOrThrow()
  return {
    deviation: deviation ?? 0,
    deviation_cells: cells ?? 0,
    false_alarms: alarms ?? 0,
    false_alarms_at: alarmsAt ?? 0,
    agreed: 0,
    trust,
  }
}

/** A member is one unless its invite says otherwise. */
async function takeRole(trx: Transaction<HubDatabase>, member: string, role: Role): Promise<void> {
  await trx.updateTable('members').set({ role }).where('id', '=', member).execute()
}

/** Takes one use; when it cannot, the transaction is given up with all that it did. Answers the invite's role. */
async function useInvite(trx: Transaction<HubDatabase>, id: string, nowS: number): Promise<Role> {
  const used = await trx
    .updateTable('invites')
    .set((e) => ({ uses_left: e('uses_left', '-', 1) }))
    .where('id', '=', id)
    .where('uses_left', '>', 0)
    .where('expires_at', '>', nowS)
    .returning('role')
    .executeTakeFirst()
  if (used) return used.role
  const invite = await trx.selectFrom('invites').select('uses_left').where('id', '=', id).executeTakeFirst()
  if (!invite) throw new ProtocolProblem('invite_unknown', 'This hub knows no such invite. Ask its operator for one.')
  if (invite.uses_left === 0)
    throw new ProtocolProblem(
      'invite_used',
      'This invite is used up or was revoked. Ask the operator of the hub for another.',
    )
  throw new ProtocolProblem('invite_expired', 'This invite has expired. Ask the operator of the hub for another.')
}

async function requireNotSuspended(trx: Transaction<HubDatabase>, member: string): Promise<void> {
  const { status } = await trx.selectFrom('members').select('status').where('id', '=', member).executeTakeFirstOrThrow()
  if (status === 'suspended') throw new ProtocolProblem('suspended', 'The operator of this hub suspended this member.')
}
