import { expect, it } from 'vitest'
import { generateSigningKey } from '../../../../src/federation/protocol/keys.ts'
import { enrol } from '../../../../src/hub/enrolment/enrol.ts'
import { createInvites } from '../../../../src/hub/enrolment/invites.ts'
import { listMembers, setSuspended, setTrust } from '../../../../src/hub/enrolment/members.ts'
import { trustOf } from '../../../../src/hub/trust.ts'
import { describeStores } from '../../../helpers/hub-store.ts'

const HUB = 'A'.repeat(22)
const NOW = 1_800_000_000
const DAY = 86_400

describeStores('members', (on) => {
  const joined = async (options: { uses?: number; vouched?: boolean; note?: string }, count = 1) => {
    const [invite] = await createInvites(on.store.db, HUB, options, NOW)
    const ids: string[] = []
    for (let n = 0; n < count; n++) {
      const { publicKey } = generateSigningKey()
      ids.push((await enrol(on.store.db, { publicKey, invite: invite!, continent: '-' }, NOW + n)).member)
    }
    return ids
  }

  it('are listed oldest first with what their word weighs', async () => {
    const [old] = await joined({ note: 'Ada' })
    const [vouched] = await joined({ vouched: true, note: 'Bob' })
    await on.store.db
      .updateTable('members')
      .set({ joined_at: NOW - DAY })
      .where('id', '=', old!)
      .execute()
    const list = await listMembers(on.store.db, NOW)
    expect(list).toMatchObject([
      { id: old, note: 'Ada', status: 'active', trust_set: null },
      { id: vouched, note: 'Bob', trust: 1, trust_set: null },
    ])
    expect(list[0]?.trust).toBeCloseTo(0.1 + 0.9 / 30, 10)
  })

  it('have the cohort of their invite, until the operator vouches for one, and again when that is taken back', async () => {
    const [one, two] = await joined({ uses: 2 }, 2)
    const cohorts = async () => new Map((await listMembers(on.store.db, NOW)).map(({ id, cohort }) => [id, cohort]))
    const before = await cohorts()
    expect(before.get(one!)).toBe(before.get(two!))
    await setTrust(on.store.db, one!, 0.5)
    expect(await cohorts()).toEqual(before)
    await setTrust(on.store.db, one!, 1)
    expect((await cohorts()).get(one!)).toBe(one!.slice(0, 12))
    await setTrust(on.store.db, one!, null)
    expect(await cohorts()).toEqual(before)
  })

  it('of a private hub are each one by itself, whatever the operator says of them', async () => {
    const [invite] = await createInvites(on.store.db, HUB, { uses: 2 }, NOW)
    const { publicKey } = generateSigningKey()
    const { member } = await enrol(on.store.db, { publicKey, invite: invite!, continent: '-', alone: true }, NOW)
    for (const trust of [0.5, 1, null]) {
      await setTrust(on.store.db, member, trust, { alone: true })
      expect((await listMembers(on.store.db, NOW))[0]?.cohort).toBe(member.slice(0, 12))
    }
  })

  it('are suspended and resumed', async () => {
    const [one] = await joined({ uses: 2 }, 2)
    const suspended = async () =>
      (await listMembers(on.store.db, NOW)).filter(({ status }) => status === 'suspended').map(({ id }) => id)
    await setSuspended(on.store.db, one!, true)
    expect(await suspended()).toEqual([one])
    await setSuspended(on.store.db, one!, false)
    expect(await suspended()).toEqual([])
  })

  it('are named when there is none', async () => {
    const problem = { code: 'ROUTER_HUB_NO_MEMBER', message: expect.stringContaining('nobody') }
    await expect(setTrust(on.store.db, 'nobody', 1)).rejects.toMatchObject(problem)
    await expect(setSuspended(on.store.db, 'nobody', true)).rejects.toMatchObject(problem)
  })
})

it('trust grows over thirty days, falls with disagreement, and is what the operator says', () => {
  const basis = { trust: null, vouched: false, joined_at: NOW, deviation: 0 }
  expect(trustOf(basis, NOW)).toBeCloseTo(0.1, 12)
  expect(trustOf(basis, NOW - DAY)).toBeCloseTo(0.1, 12)
  expect(trustOf(basis, NOW + 15 * DAY)).toBeCloseTo(0.55, 12)
  expect(trustOf(basis, NOW + 300 * DAY)).toBe(1)
  expect(trustOf({ ...basis, vouched: true, deviation: 3 }, NOW)).toBeCloseTo(1 / Math.E, 12)
  expect(trustOf({ ...basis, trust: 0.3, deviation: 9 }, NOW)).toBe(0.3)
  // Where reports can be compared, it grows by those that agree, and age alone does not give it a voice.
  expect(trustOf({ ...basis, deviation_cells: 9 }, NOW + 300 * DAY)).toBeCloseTo(0.1, 12)
  expect(trustOf({ ...basis, deviation_cells: 9, agreed: 8 }, NOW + DAY)).toBeGreaterThan(0.3)
  expect(trustOf({ ...basis, deviation_cells: 99, agreed: 99 }, NOW + 30 * DAY)).toBe(1)
  const alarmist = { ...basis, vouched: true, false_alarms: 2, false_alarms_at: NOW }
  expect(trustOf(alarmist, NOW)).toBe(0.25)
  expect(trustOf(alarmist, NOW + 7 * DAY)).toBe(0.5)
})
