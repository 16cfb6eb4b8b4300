import { expect, test } from 'vitest'
import { fingerprint } from '../../../../src/federation/protocol/keys.ts'
import { openDatabase } from '../../../../src/hub/database/open.ts'
import { forgetMember } from '../../../../src/hub/enrolment/forget.ts'
import { setSuspended } from '../../../../src/hub/enrolment/members.ts'
import { type NewReport, writeReports } from '../../../../src/hub/ingest/write-reports.ts'
import { addMember } from '../../../helpers/hub-server.ts'
import { describeStores } from '../../../helpers/hub-store.ts'

const report = (member: string, epoch: number, hash = 'h1'): NewReport => ({
  member,
  epoch,
  hash,
  body: Buffer.from([0, 255, 31, 139]),
})

describeStores('writing reports', (on) => {
  const member = async () => fingerprint((await addMember(on.store)).publicKey)
  const stored = () =>
    on.store.db.selectFrom('reports').select(['member', 'epoch', 'hash', 'body']).orderBy('seq').execute()

  test('stores each (member, epoch) once, byte for byte', async () => {
    const [a, b] = [await member(), await member()]
    expect(await writeReports(on.store.db, [report(a, 1), report(b, 1), report(a, 2)])).toEqual([
      'accepted',
      'accepted',
      'accepted',
    ])
    expect(await writeReports(on.store.db, [report(a, 1), report(a, 2, 'h2'), report(b, 3)])).toEqual([
      'already',
      'conflict',
      'accepted',
    ])
    const all = [report(a, 1), report(b, 1), report(a, 2), report(b, 3)]
    expect(await stored()).toEqual(expect.arrayContaining(all))
    expect(await stored()).toHaveLength(all.length)
  })

  test('of equals in one batch the first is stored, of others the first too', async () => {
    const id = await member()
    expect(await writeReports(on.store.db, [report(id, 1), report(id, 1), report(id, 1, 'h2')])).toEqual([
      'accepted',
      'already',
      'conflict',
    ])
    expect(await stored()).toEqual([report(id, 1)])
  })

  test('is still the same report when its body went into the aggregate', async () => {
    const id = await member()
    await writeReports(on.store.db, [report(id, 1)])
    await on.store.db.updateTable('reports').set({ body: null }).execute()
    expect(await writeReports(on.store.db, [report(id, 1), report(id, 1, 'h2')])).toEqual(['already', 'conflict'])
  })

  test('takes only from active members, whoever else is in the batch', async () => {
    const [good, bad, gone] = [await member(), await member(), await member()]
    await setSuspended(on.store.db, bad, true)
    await forgetMember(on.store.db, gone)
    const all = [report(bad, 1), report(good, 1), report(gone, 1), report('nobody', 1)]
    expect(await writeReports(on.store.db, all)).toEqual(['suspended', 'accepted', 'unknown_member', 'unknown_member'])
    expect(await stored()).toEqual([report(good, 1)])
  })

  test('two processes with the same reports at once store each once', async () => {
    const id = await member()
    const other = on.server ? await openDatabase(on.place) : on.store
    const all = Array.from({ length: 40 }, (_, epoch) => report(id, epoch))
    const batches = [all.slice(0, 20), all.slice(20), all.toReversed().slice(0, 20), all.toReversed().slice(20)]
    const written = await Promise.all(
      batches.map((batch, index) => writeReports(index < 2 ? on.store.db : other.db, batch)),
    )
    expect(written.flat().toSorted()).toEqual([...Array(40).fill('accepted'), ...Array(40).fill('already')])
    expect(await stored()).toHaveLength(40)
    if (other !== on.store) await other.close()
  })

  test('leaving waits for what is being written, and takes it along', async () => {
    const id = await member()
    await Promise.all([
      writeReports(on.store.db, [report(id, 1)]),
      forgetMember(on.store.db, id),
      writeReports(on.store.db, [report(id, 2)]),
    ])
    expect(await stored()).toEqual([])
  })
})
