/** Joining without an invite: by work, few from one address, and together one party at first. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fingerprint, generateSigningKey, type SigningKey } from '../../../src/federation/protocol/keys.ts'
import { doWork, type Work } from '../../../src/federation/protocol/work.ts'
import { createInvites, listInvites } from '../../../src/hub/enrolment/invites.ts'
import { listMembers, setTrust } from '../../../src/hub/enrolment/members.ts'
import { send } from '../../helpers/http.ts'
import { alarm, report, START_MS, startHub, type TestHub } from '../../helpers/hub-server.ts'
import { describeStores } from '../../helpers/hub-store.ts'

const BITS = 8
const NOW = START_MS / 1000

describeStores('joining without an invite', (on) => {
  let hub: TestHub
  beforeEach(async () => {
    hub = await startHub(on.store, { openEnrolment: true, workBits: BITS })
  })
  afterEach(() => hub.close())

  const workFor = (key: SigningKey, hubKey = hub.key) =>
    doWork({ hub: fingerprint(hubKey.publicKey), publicKey: key.publicKey }, BITS, hub.clock.ms)
  const join = async (key: SigningKey, work: Work | undefined, to = hub) =>
    to.sendSigned('/v1/members', { type: 'enrolment', v: '1.1', continent: 'EU', ...(work && { work }) } as never, key)

  test('takes who has worked, and says how much in advance', async () => {
    expect((await send(`${hub.url}/v1/hub`)).json).toMatchObject({ enrolment: { difficulty: BITS } })
    const key = generateSigningKey()
    const work = await workFor(key)
    expect((await join(key, work)).status).toBe(201)
    expect((await join(key, work)).status).toBe(200)
    const [member] = await listMembers(on.store.db, NOW)
    expect(member).toMatchObject({ trust: 0.1, cohort: 'open', note: 'joined without an invite' })
    expect(await listInvites(on.store.db)).toEqual([])
  })

  test('refuses who has not, or for somebody else', async () => {
    const key = generateSigningKey()
    const others = await workFor(generateSigningKey())
    const elsewhere = await workFor(key, generateSigningKey())
    const attempts = [undefined, others, elsewhere, { day: 1, nonce: '0' }]
    // One in 256 is right by chance.
    const refused = await Promise.all(attempts.map(async (work) => (await join(key, work)).json?.error))
    expect(refused.filter((error) => (error as { code?: string })?.code === 'work_needed').length).toBeGreaterThan(1)
    const closed = await startHub(on.store)
    // Another one, for whom chance has let nobody in.
    const stranger = generateSigningKey()
    const answer = await join(stranger, await workFor(stranger, closed.key), closed)
    expect([answer.status, answer.json?.error]).toMatchObject([403, { code: 'invite_unknown' }])
    expect((await send(`${closed.url}/v1/hub`)).json).not.toHaveProperty('enrolment')
    await closed.close()
  })

  test('ten from one address, then one in six minutes', async () => {
    const statuses = []
    for (let count = 0; count < 11; count++) {
      const key = generateSigningKey()
      statuses.push((await join(key, await workFor(key))).status)
    }
    expect(statuses).toEqual([...Array(10).fill(201), 429])
    hub.clock.ms += 360_000
    const key = generateSigningKey()
    expect((await join(key, await workFor(key))).status).toBe(201)
  })

  test('a crowd of them opens no incident', async () => {
    const keys = Array.from({ length: 9 }, generateSigningKey)
    for (const key of keys) {
      await join(key, await workFor(key))
      await hub.sendSigned('/v1/reports', report(), key)
    }
    // Trusted by their agreement with others, and still one party.
    await on.store.db.updateTable('members').set({ agreed: 11, deviation_cells: 20 }).execute()
    for (const key of keys) expect((await hub.sendSigned('/v1/alarms', alarm('failing'), key)).json?.counts).toBe(true)
    expect(await on.store.db.selectFrom('incidents').selectAll().execute()).toEqual([])
  })

  test('leaving and joining with another use of a vouched invite washes nobody clean', async () => {
    const { db } = on.store
    const options = { uses: 3, vouched: true, lifetimeS: 1e6 }
    const [invite] = await createInvites(db, fingerprint(hub.key.publicKey), options, NOW)
    const keys = [generateSigningKey(), generateSigningKey()]
    const joinWith = (key: SigningKey) =>
      hub.sendSigned('/v1/members', { type: 'enrolment', v: '1.0', invite, continent: 'EU' } as never, key)
    await joinWith(keys[0]!)
    const off = { deviation: 6, deviation_cells: 40, false_alarms: 2, false_alarms_at: NOW }
    await db.updateTable('members').set(off).execute()
    await db.updateTable('members').set({ status: 'left' }).execute()
    for (const key of keys) expect((await joinWith(key)).status).toBe(201)
    const members = await listMembers(db, NOW)
    expect(members.map(({ trust }) => trust)).toEqual(Array(2).fill(expect.closeTo(Math.exp(-2) / 4, 6)))
  })

  test('nor does it one whom the operator vouched for, or silenced', async () => {
    const { db } = on.store
    const joinWith = (invite: string, key = generateSigningKey()) =>
      hub.sendSigned('/v1/members', { type: 'enrolment', v: '1.0', invite, continent: 'EU' } as never, key)
    for (const [word, trust] of [
      [1, 0.1 * Math.exp(-2)],
      [0, 0],
    ] as const) {
      const options = { uses: 2, vouched: false, lifetimeS: 1e6 }
      const [invite] = await createInvites(db, fingerprint(hub.key.publicKey), options, NOW)
      const { json } = await joinWith(invite!)
      await db.updateTable('members').set({ deviation: 6, deviation_cells: 40 }).execute()
      await setTrust(db, String(json?.member), word)
      await db.updateTable('members').set({ status: 'left' }).execute()
      expect((await joinWith(invite!)).status).toBe(201)
      const [again] = await listMembers(db, NOW)
      expect(again!.trust).toBeCloseTo(trust, 3)
    }
  })
})
