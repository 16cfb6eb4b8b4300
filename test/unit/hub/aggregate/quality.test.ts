import { describe, expect, it } from 'vitest'
import { MemoryHub } from '../../../../benchmarks/federation/memory-hub.ts'
import type { QualityCounts } from '../../../../src/federation/protocol/quality-types.ts'
import type { Report } from '../../../../src/federation/protocol/types.ts'
import { checkMap, checkReport } from '../../../../src/federation/protocol/validate.ts'
import { reportOf } from '../../../helpers/hub-reports.ts'

const row = (good: number, judged = 100, over: Partial<QualityCounts> = {}): QualityCounts => ({
  model: 'maker/cheap',
  type: 'code',
  judged,
  good,
  checked: 0,
  escalated: 0,
  ...over,
})
const reporting = (epoch: number, quality: readonly QualityCounts[]): Report =>
  checkReport({ ...reportOf(epoch, []), v: '1.2', quality })

function hubOf(members: number, k = 5): MemoryHub {
  const hub = new MemoryHub(k)
  for (let at = 0; at < members; at++) hub.join(`m-${at}`, 0)
  return hub
}

describe('a hub', () => {
  it('publishes what k members found, by kind of work and over all, apart from its cells', () => {
    const hub = hubOf(6)
    for (let at = 0; at < 4; at++) hub.take(`m-${at}`, reporting(1_000, [row(80)]), 1_000)
    hub.aggregate(1_000)
    expect(hub.quality()).toEqual([])
    for (let at = 0; at < 6; at++)
      hub.take(`m-${at}`, reporting(1_001, [row(80), row(0, 0, { type: 'maths', checked: 50, escalated: 20 })]), 1_001)
    expect(hub.aggregate(1_001)).toEqual([])
    const quality = hub.quality()
    const good = { share: 0.8, sd: expect.any(Number), n: 500 }
    const escalated = { share: 0.4, sd: expect.any(Number), n: 200 }
    expect(quality).toEqual([
      { model: 'maker/cheap', as_of: 1_001, members: 5, good, escalated },
      { model: 'maker/cheap', type: 'code', as_of: 1_001, members: 5, good },
      { model: 'maker/cheap', type: 'maths', as_of: 1_001, members: 5, escalated },
    ])
    expect(quality[1]!.good!.sd).toBeLessThan(0.05)
    const map = { type: 'map', v: '1.2', epoch: 1_001, epoch_seconds: 3_600, k: 5, members: 5, cells: [], quality }
    expect(checkMap(structuredClone(map))).toEqual(map)
  })

  it('lets them last for weeks', () => {
    const hub = hubOf(6)
    for (let at = 0; at < 6; at++) hub.take(`m-${at}`, reporting(1_000, [row(80)]), 1_000)
    hub.aggregate(1_000)
    hub.aggregate(1_000 + 10 * 24)
    expect(hub.quality()).toHaveLength(2)
    hub.aggregate(1_000 + 16 * 24)
    expect(hub.quality()).toEqual([])
  })

  it('is not moved far by one who lies, and not by keys of today', () => {
    const hub = hubOf(10)
    for (let at = 0; at < 9; at++) hub.take(`m-${at}`, reporting(1_000, [row(70 + at)]), 1_000)
    hub.take('m-9', reporting(1_000, [row(0, 200)]), 1_000)
    for (let at = 0; at < 40; at++) {
      hub.join(`new-${at}`, 1_000 * 3_600)
      hub.take(`new-${at}`, reporting(1_000, [row(0, 200)]), 1_000)
    }
    hub.aggregate(1_000)
    const { share } = hub.quality().find(({ type }) => type === 'code')!.good!
    expect(share).toBeGreaterThan(0.7)
    expect(share).toBeLessThan(0.78)
  })

  it('publishes exactly what a single member of a private one found', () => {
    const hub = hubOf(1, 1)
    hub.take('m-0', reporting(1_000, [row(7, 9)]), 1_000)
    hub.aggregate(1_000)
    expect(hub.quality()[1]).toMatchObject({ type: 'code', members: 1, good: { share: 0.778, n: 9 } })
  })
})
