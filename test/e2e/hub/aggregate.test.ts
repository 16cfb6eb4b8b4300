import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { REPORT_CELLS } from '../../../src/federation/protocol/limits.ts'
import { unseal, verifySealed } from '../../../src/federation/protocol/signed.ts'
import type { HubMap, ReportCell } from '../../../src/federation/protocol/types.ts'
import { checkMap } from '../../../src/federation/protocol/validate.ts'
import { MAX_LEAVES, MAX_PROVIDERS } from '../../../src/hub/aggregate/allowance.ts'
import { decodeContributions } from '../../../src/hub/aggregate/contribution-codec.ts'
import { aggregate } from '../../../src/hub/aggregate/run.ts'
import type { HubStore } from '../../../src/hub/database/open.ts'
import { openDatabase } from '../../../src/hub/database/open.ts'
import { influenceOf } from '../../../src/hub/publish/influence.ts'
import { loadHistory } from '../../../src/hub/publish/load-history.ts'
import { hubSettings, insertMembers, insertReport, reportCell, reportOf } from '../../helpers/hub-reports.ts'
import { describeStores } from '../../helpers/hub-store.ts'
import { forkChild } from '../../helpers/processes.ts'

const EPOCH = 400_000
const NOW_S = EPOCH * 3_600
const members = (count: number) => Array.from({ length: count }, (_, at) => `member-${at}`)
const settings = hubSettings()

async function mapOf(store: HubStore): Promise<HubMap> {
  const { document } = await store.db.selectFrom('maps').selectAll().orderBy('epoch', 'desc').executeTakeFirstOrThrow()
  return checkMap(verifySealed('map', unseal(document)))
}

/** Requests of all epochs that are in a member's state. */
async function requestsOf(store: HubStore, member: string): Promise<number> {
  const rows = await store.db.selectFrom('contributions').selectAll().where('member', '=', member).execute()
  const sums = rows
    .flatMap(({ state }) => decodeContributions(state))
    .flatMap(({ base, pending }) => [base[3], pending[3]])
  return sums.reduce((total, own) => total + (own?.n ?? 0), 0)
}

async function reportAll(store: HubStore, count: number, epoch: number, ms = (at: number) => 500 + at): Promise<void> {
  for (const [at, id] of members(count).entries())
    await insertReport(store, id, reportOf(epoch, [reportCell({ ms: ms(at) })]))
}

describeStores('Aggregation', (on) => {
  it('makes a signed map that passes its schema, with history, and empties the reports', async () => {
    await insertMembers(on.store, members(6))
    await reportAll(on.store, 6, EPOCH)
    const facts = await aggregate(on.store, settings, EPOCH, NOW_S)
    expect(facts).toMatchObject({ epoch: EPOCH, reports: 6, broken: 0, cells: 4, dropped: 0 })
    const map = await mapOf(on.store)
    expect(map).toMatchObject({ epoch: EPOCH, k: 5, members: 5 })
    expect(map.cells.map(({ model, class: workload, region }) => [model, workload, region])).toContainEqual([
      'm',
      'chat.lt1k.plain',
      '-',
    ])
    expect(Math.exp(map.cells[0]!.ttft!.mean)).toBeCloseTo(502.5, -1)
    expect(map.cells[0]).toMatchObject({ members: 5, price: 2, cache_hit: 0.5, as_of: EPOCH })
    expect(await on.store.db.selectFrom('reports').select('body').where('body', 'is not', null).execute()).toEqual([])
    const history = await loadHistory(on.store.db, 3_600)
    expect(history.epochs).toEqual([EPOCH])
    expect(history.series).toMatchObject([{ provider: 'acme', model: 'm', price: [2], members: [5] }])
  })

  it('counts every report once: again, at the same time, late, and after a failure in the middle', async () => {
    await insertMembers(on.store, members(6))
    await reportAll(on.store, 6, EPOCH)
    const broken: HubStore = {
      ...on.store,
      exclusively: (name, work) =>
        on.store.exclusively(name, async (trx) => {
          await work(trx)
          throw new Error('the last moment before the commit')
        }),
    }
    await expect(aggregate(broken, settings, EPOCH, NOW_S)).rejects.toThrow('the last moment')
    expect(await on.store.db.selectFrom('maps').select('epoch').execute()).toEqual([])
    expect(await requestsOf(on.store, 'member-0')).toBe(0)
    const all = await Promise.all(Array.from({ length: 3 }, () => aggregate(on.store, settings, EPOCH, NOW_S)))
    expect(all.filter((facts) => facts !== undefined)).toHaveLength(1)
    expect(await aggregate(on.store, settings, EPOCH, NOW_S)).toBeUndefined()
    expect(await requestsOf(on.store, 'member-0')).toBe(100)
    await insertReport(on.store, 'member-0', reportOf(EPOCH - 24, [reportCell()]))
    expect(await aggregate(on.store, settings, EPOCH + 1, NOW_S)).toMatchObject({ reports: 1 })
    // All of it is an epoch older, the late one a day more. It waits, alone.
    expect(await requestsOf(on.store, 'member-0')).toBeCloseTo(100 * 0.5 ** (1 / 24) + 100 * 0.5 ** (25 / 24), 0)
  })

  it('keeps figures as they are until k enrolments have something new, and lets them go after a day', async () => {
    await insertMembers(on.store, members(8))
    await reportAll(on.store, 8, EPOCH)
    await aggregate(on.store, settings, EPOCH, NOW_S)
    const before = await mapOf(on.store)
    await reportAll(on.store, 4, EPOCH + 1, () => 5_000)
    await aggregate(on.store, settings, EPOCH + 1, NOW_S)
    expect((await mapOf(on.store)).cells).toEqual(before.cells)
    await insertReport(on.store, 'member-6', reportOf(EPOCH + 2, [reportCell({ ms: 5_000 })]))
    await aggregate(on.store, settings, EPOCH + 2, NOW_S)
    const changed = (await mapOf(on.store)).cells
    expect(changed[0]!.as_of).toBe(EPOCH + 2)
    expect(changed[0]!.ttft!.mean).toBeGreaterThan(before.cells[0]!.ttft!.mean)
    await aggregate(on.store, settings, EPOCH + 25, NOW_S)
    expect((await mapOf(on.store)).cells).toEqual(changed)
    await aggregate(on.store, settings, EPOCH + 26, NOW_S)
    expect((await mapOf(on.store)).cells).toEqual([])
  })

  it('publishes nothing of four enrolments, however many members they have, and forgets who left or was suspended', async () => {
    await insertMembers(on.store, members(4))
    await insertMembers(
      on.store,
      Array.from({ length: 20 }, (_, at) => `copy-${at}`),
      'member-3',
    )
    await reportAll(on.store, 4, EPOCH)
    for (let at = 0; at < 20; at++) await insertReport(on.store, `copy-${at}`, reportOf(EPOCH, [reportCell()]))
    await aggregate(on.store, settings, EPOCH, NOW_S)
    expect(await mapOf(on.store)).toMatchObject({ cells: [], members: 0 })
    await on.store.db.updateTable('members').set({ status: 'suspended' }).where('id', '=', 'member-0').execute()
    await aggregate(on.store, settings, EPOCH + 1, NOW_S)
    expect(await requestsOf(on.store, 'member-0')).toBe(0)
    expect(await requestsOf(on.store, 'member-1')).toBeGreaterThan(0)
  })

  it('tells a member its say, and nothing where the others would be fewer than k', async () => {
    await insertMembers(on.store, members(6))
    await reportAll(on.store, 6, EPOCH, (at) => 400 + 40 * at)
    expect(await influenceOf(on.store, settings, 'member-5', NOW_S)).toEqual({ epoch: null, influence: [] })
    await aggregate(on.store, settings, EPOCH, NOW_S)
    const { epoch, influence } = await influenceOf(on.store, settings, 'member-5', NOW_S)
    expect(epoch).toBe(EPOCH)
    const mean = influence.find(({ figure, cell }) => figure === 'ttft.mean' && cell.region === '-')!
    expect(mean.share).toBeCloseTo(1 / 6, 2)
    // It is the slowest: without it the others would be faster.
    expect(mean.without).toBeLessThan(mean.published)
    await on.store.db.deleteFrom('contributions').where('member', '=', 'member-0').execute()
    expect((await influenceOf(on.store, settings, 'member-5', NOW_S)).influence).toEqual([])
  })

  it('is done by one of several processes', async () => {
    if (!on.server) return
    const other = await openDatabase(on.place)
    await insertMembers(on.store, members(6))
    await reportAll(on.store, 6, EPOCH)
    const facts = await Promise.all(
      [on.store, other, on.store, other].map((store) => aggregate(store, settings, EPOCH, NOW_S)),
    )
    await other.close()
    expect(facts.filter((each) => each !== undefined)).toHaveLength(1)
    expect(await requestsOf(on.store, 'member-0')).toBe(100)
  })

  it('is taken over by another process when the one that does it dies', async () => {
    if (!on.server || on.place.kind !== 'postgres') return
    await insertMembers(on.store, members(6))
    await reportAll(on.store, 6, EPOCH)
    const blocked = Promise.withResolvers<void>()
    // It gets as far as what members contributed, and no further.
    const holding = on.store.db.transaction().execute(async (trx) => {
      await sql`lock table contributions`.execute(trx)
      await blocked.promise
    })
    const child = forkChild(fileURLToPath(new URL('../../helpers/aggregating-child.ts', import.meta.url)), [
      on.place.url,
      String(EPOCH),
    ])
    const waiting = async (type: string) => {
      const { rows } = await sql<{ count: number }>`
        select count(*)::integer as count from pg_locks where not granted and locktype = ${type}`.execute(on.store.db)
      return rows[0]!.count
    }
    await expect.poll(() => waiting('relation')).toBe(1)
    const taken = aggregate(on.store, settings, EPOCH, NOW_S)
    await expect.poll(() => waiting('advisory')).toBe(1)
    child.kill('SIGKILL')
    await once(child, 'exit')
    blocked.resolve()
    await holding
    expect(await taken).toMatchObject({ epoch: EPOCH, reports: 6 })
    expect(await requestsOf(on.store, 'member-0')).toBe(100)
  })

  it('works with a bounded part of what a member makes up, at once and over days, and with all that others say', async () => {
    await insertMembers(on.store, [...members(5), 'inventor'])
    const inventAt = async (epoch: number, of: (at: number) => Partial<ReportCell>) => {
      const cells = Array.from({ length: REPORT_CELLS }, (_, at) => reportCell(of(at)))
      await insertReport(on.store, 'inventor', reportOf(epoch, cells))
    }
    for (let late = 1; late <= 6; late++) await inventAt(EPOCH - late, (at) => ({ model: `m-${late}-${at}` }))
    await reportAll(on.store, 5, EPOCH)
    await aggregate(on.store, settings, EPOCH, NOW_S)
    await inventAt(EPOCH + 1, (at) => ({ model: `newest-${at}` }))
    await inventAt(EPOCH, (at) => ({ provider: `p${at}` }))
    await aggregate(on.store, settings, EPOCH + 1, NOW_S + 3_600)
    const rows = await on.store.db.selectFrom('contributions').selectAll().where('member', '=', 'inventor').execute()
    const leaves = rows.flatMap(({ state }) => decodeContributions(state)).map(({ leaf }) => leaf.model)
    expect(leaves.length).toBe(MAX_LEAVES)
    expect(leaves.filter((model) => model.startsWith('newest'))).toHaveLength(REPORT_CELLS)
    expect(rows.length).toBeLessThanOrEqual(MAX_PROVIDERS)
    expect(await on.store.db.selectFrom('reports').select('body').where('body', 'is not', null).execute()).toEqual([])
    expect((await mapOf(on.store)).cells.filter(({ model }) => model === 'm')).toHaveLength(3)
  })
})
