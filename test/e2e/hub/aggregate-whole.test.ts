/** What a hub makes of an epoch by parts is what it would make of all of it at once. */
import { expect, it } from 'vitest'
import { seeded } from '../../../src/base/random.ts'
import { unseal, verifySealed } from '../../../src/federation/protocol/signed.ts'
import type { HubMap, ReportCell } from '../../../src/federation/protocol/types.ts'
import { aggregate } from '../../../src/hub/aggregate/run.ts'
import type { HubStore } from '../../../src/hub/database/open.ts'
import { hubSettings, insertMembers, insertReport, reportCell, reportOf } from '../../helpers/hub-reports.ts'
import { describeStores } from '../../helpers/hub-store.ts'
import { WholeHub } from '../../helpers/whole-hub.ts'

const EPOCH = 400_000
const K = 3
const CONTINENTS = ['EU', 'NA', '-'] as const
type Random = () => number

/** Honest members, and some whose every fourth figure is ten times as large; each reports some of the cells. */
function cellsOf(random: Random, isLiar: boolean): ReportCell[] {
  const cells: ReportCell[] = []
  for (const provider of ['acme', 'groq']) {
    for (const model of ['a', 'b', 'c']) {
      for (const workload of ['chat.lt1k.plain', 'chat.lt8k.structured']) {
        if (random() < 0.5) continue
        const ms = (300 + 400 * random()) * (isLiar && random() < 0.25 ? 10 : 1)
        const n = Math.ceil(200 * random())
        const { ttft, speed, price, cache_hit, ...rest } = reportCell({ provider, model, class: workload, ms, n })
        const faults = Math.floor(n * 0.1 * random())
        cells.push({
          ...rest,
          kinds: { ok: n - faults, provider_error: faults },
          ...(random() < 0.7 && { ttft: { ...ttft!, n } }),
          ...(random() < 0.7 && { speed: { ...speed!, n } }),
          ...(random() < 0.7 && { price: price! * (random() < 0.2 ? 1.1 : 1) }),
          ...(random() < 0.7 && { cache_hit: cache_hit! }),
          ...(random() < 0.3 && { grids: { ttft: [[20 + Math.floor(5 * random()), n]] } }),
        })
      }
    }
  }
  return cells
}

async function newestMap(store: HubStore): Promise<HubMap> {
  const newest = store.db.selectFrom('maps').select('document').orderBy('epoch', 'desc').limit(1)
  return verifySealed('map', unseal((await newest.executeTakeFirstOrThrow()).document)) as HubMap
}

describeStores('A map', (on) => {
  it.each([
    { members: 14, seed: 1, epochs: [0, 1, 2, 9, 31] },
    { members: 30, seed: 2, epochs: [0, 1, 3, 4] },
    // More than are read at a time.
    { members: 260, seed: 3, epochs: [0, 1] },
  ])('of $members members is that of everything at once', async ({ members, seed, epochs }) => {
    const random = seeded(seed)
    const hub = new WholeHub(K)
    for (let at = 0; at < members; at++) {
      const cohort = at % 6 === 0 ? 'shared' : `member-${at}`
      hub.members.set(`member-${at}`, { cohort, deviation: 0, cells: 0, agreed: 0 })
      await insertMembers(on.store, [`member-${at}`], cohort)
    }
    let published = 0
    for (const epoch of epochs.map((since) => EPOCH + since)) {
      const reports = [...hub.members.keys()]
        .filter(() => random() < 0.7)
        .map((member, at) => ({
          member,
          report: reportOf(epoch, cellsOf(random, at % 5 === 0), CONTINENTS[at % 3]!),
        }))
      for (const { member, report } of reports) await insertReport(on.store, member, report)
      await aggregate(on.store, hubSettings(K), epoch, epoch * 3_600)
      const { cells } = await newestMap(on.store)
      expect(cells).toEqual(JSON.parse(JSON.stringify(hub.aggregate(epoch, reports))))
      published += cells.length
      const stored = await on.store.db.selectFrom('members').select(['id', 'deviation', 'deviation_cells']).execute()
      for (const { id, deviation, deviation_cells } of stored) {
        const { deviation: whole, cells: measured } = hub.members.get(id)!
        expect([deviation_cells, deviation]).toEqual([measured, whole])
      }
    }
    expect(published).toBeGreaterThan(20 * epochs.length)
    expect([...hub.members.values()].some(({ deviation }) => deviation > 0.5)).toBe(true)
  })
})
