import { expect, it } from 'vitest'
import { generateSigningKey } from '../../../../src/federation/protocol/keys.ts'
import type { ProtocolProblem } from '../../../../src/federation/protocol/problem.ts'
import { enrol } from '../../../../src/hub/enrolment/enrol.ts'
import { forgetMember } from '../../../../src/hub/enrolment/forget.ts'
import { createInvites, type InviteOptions, listInvites, revokeInvite } from '../../../../src/hub/enrolment/invites.ts'
import { setSuspended, setTrust } from '../../../../src/hub/enrolment/members.ts'
import { describeStores } from '../../../helpers/hub-store.ts'

const HUB = 'A'.repeat(22)
const NOW = 1_800_000_000
const newKey = () => generateSigningKey().publicKey

describeStores('enrolment', (on) => {
  const invite = async (options: InviteOptions = {}) => (await createInvites(on.store.db, HUB, options, NOW))[0]!
  const join = (code: string, publicKey = newKey(), nowS = NOW + 1) =>
    enrol(on.store.db, { publicKey, invite: code, continent: 'EU' }, nowS)
  const members = () => on.store.db.selectFrom('members').selectAll().execute()

  it('enrols exactly five of two hundred who come at once with an invite for five', async () => {
    const code = await invite({ uses: 5 })
    const keys = Array.from({ length: 200 }, (_, index) => Buffer.alloc(32, `key ${index}`).toString('base64url'))
    const results = await Promise.allSettled(keys.map((key) => join(code, key)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    const codes = results.flatMap((result) =>
      result.status === 'rejected' ? [(result.reason as ProtocolProblem).code] : [],
    )
    expect(new Set(codes)).toEqual(new Set(['invite_used']))
    expect(await members()).toHaveLength(5)
    expect(await listInvites(on.store.db)).toMatchObject([{ uses_left: 0, members: 5 }])
  })

  it('enrols a key once, however often and however much at once it asks', async () => {
    const code = await invite({ uses: 3 })
    const key = newKey()
    const results = await Promise.all(Array.from({ length: 20 }, () => join(code, key)))
    expect(results.filter(({ created }) => created)).toHaveLength(1)
    expect(new Set(results.map(({ member }) => member)).size).toBe(1)
    expect(await listInvites(on.store.db)).toMatchObject([{ uses_left: 2, members: 1 }])
    expect(await join(await invite(), key)).toMatchObject({ created: false })
  })

  it('refuses what is no invite, not its own, expired or revoked, and leaves nothing behind', async () => {
    await expect(join('cr1.x')).rejects.toMatchObject({ code: 'invite_unknown' })
    await expect(join(`cr1.${'x'.repeat(22)}.${HUB}`)).rejects.toMatchObject({ code: 'invite_unknown' })
    const short = await invite({ lifetimeS: 60 })
    await expect(join(short, newKey(), NOW + 60)).rejects.toMatchObject({ code: 'invite_expired' })
    const [{ id } = { id: '' }] = await listInvites(on.store.db)
    await revokeInvite(on.store.db, id)
    await expect(join(short)).rejects.toMatchObject({ code: 'invite_used' })
    expect(await members()).toEqual([])
    for (const unknown of ['%', '', 'ffffffffffff'])
      await expect(revokeInvite(on.store.db, unknown)).rejects.toMatchObject({ code: 'ROUTER_HUB_NO_INVITE' })
  })

  it('does not keep the secret', async () => {
    const code = await invite({ note: 'for Ada' })
    const stored = JSON.stringify(await on.store.db.selectFrom('invites').selectAll().execute())
    expect(stored).toContain('for Ada')
    expect(stored).not.toContain(code.split('.')[1])
  })

  it('gives all members of an invite one cohort, and those of two invites two', async () => {
    const [one, two] = await createInvites(on.store.db, HUB, { count: 2, uses: 2 }, NOW)
    for (const code of [one, one, two]) await join(code!)
    const cohorts = (await members()).map(({ cohort }) => cohort)
    expect(new Set(cohorts).size).toBe(2)
  })

  it('forgets who leaves, and takes it back only with a fresh invite', async () => {
    const { db } = on.store
    const code = await invite()
    const key = newKey()
    const { member } = await join(code, key)
    await db.insertInto('reports').values({ member, epoch: 1, hash: 'h', body: null }).execute()
    await db
      .insertInto('contributions')
      .values({ member, provider: 'groq', epoch: 1, state: Buffer.of(1) })
      .execute()
    const alarm = {
      member,
      provider: 'groq',
      model: 'm',
      region: '-',
      state: 'failing',
      minute: 1,
      received_at: 1,
    } as const
    await db.insertInto('alarms').values(alarm).execute()
    await db.updateTable('members').set({ deviation: 2, last_epoch: 1 }).execute()
    await forgetMember(db, member)
    await forgetMember(db, member)
    for (const table of ['reports', 'contributions', 'alarms'] as const)
      expect(await db.selectFrom(table).selectAll().execute()).toEqual([])
    expect(await members()).toMatchObject([
      { id: member, status: 'left', continent: '-', last_epoch: null, deviation: 2 },
    ])
    await expect(join(code, key)).rejects.toMatchObject({ code: 'invite_used' })
    expect(await join(await invite(), key)).toEqual({ member, created: true })
    expect(await members()).toMatchObject([{ status: 'active', continent: 'EU' }])
  })

  it('does not let a suspended member back in, nor one wash off what the operator said of it', async () => {
    const { db } = on.store
    const key = newKey()
    const { member } = await join(await invite(), key)
    await setTrust(db, member, 0)
    await setSuspended(db, member, true)
    await forgetMember(db, member)
    await expect(join(await invite(), key)).rejects.toMatchObject({ code: 'suspended' })
    await setSuspended(db, member, false)
    await forgetMember(db, member)
    await join(await invite(), key)
    expect(await members()).toMatchObject([{ status: 'active', trust: 0 }])
  })
})
