import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MemoryHub } from '../../../../benchmarks/federation/memory-hub.ts'
import { LOG_SPEED, LOG_TIME } from '../../../../src/federation/protocol/limits.ts'
import type { HubMap, MapCell, ReportCell } from '../../../../src/federation/protocol/types.ts'
import { checkMap, checkReport } from '../../../../src/federation/protocol/validate.ts'
import { reportCell, reportOf } from '../../../helpers/hub-reports.ts'
import { runs } from '../../../helpers/properties.ts'

const EPOCH = 480_000
const asMap = (cells: readonly MapCell[]): HubMap => ({
  type: 'map',
  v: '1.0',
  epoch: EPOCH,
  epoch_seconds: 3_600,
  k: 5,
  members: 5,
  cells,
})

/** Everything that the protocol lets through, the ends of each range above all. */
const n = fc.constantFrom(0, 5, 100, 200)
const count = fc.constantFrom(-100, -1, 0, 1, 200, 300)
const variance = fc.constantFrom(0, 1e-300, 0.3, 4)
const moments = (min: number, max: number) =>
  fc.record({ n, mean: fc.constantFrom(min, (min + max) / 2, max), var: variance })
const grid = fc.constantFrom(
  [[0, 200]],
  [[63, 1]],
  [
    [0, 1],
    [63, 200],
  ],
  [],
)
const hostile = fc.record(
  {
    n,
    kinds: fc.record({ ok: count, provider_error: count, provider_timeout_idle: count }, { requiredKeys: [] }),
    ttft: moments(LOG_TIME.min, LOG_TIME.max),
    total: moments(LOG_TIME.min, LOG_TIME.max),
    speed: moments(LOG_SPEED.min, LOG_SPEED.max),
    cache_hit: fc.constantFrom(0, 0.5, 1),
    price: fc.constantFrom(0, 1e-9, 2, 100_000),
    grids: fc.record({ ttft: grid, total: grid, speed: grid }, { requiredKeys: [] }),
    continent: fc.constantFrom('EU' as const, '-' as const),
  },
  { requiredKeys: ['n', 'kinds', 'continent'] },
)

it('makes a map that its own schema takes, of anything that the protocol lets through', () => {
  let figures = 0
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 5, maxLength: 14 }), (cells) => {
      const hub = new MemoryHub()
      for (const [at, { continent, ...fields }] of cells.entries()) {
        const { ttft: _a, total: _b, speed: _c, price: _d, cache_hit: _e, ...bare } = reportCell()
        const report = reportOf(EPOCH, [{ ...bare, ...fields } as ReportCell], continent)
        checkReport(report)
        hub.join(`member-${at}`, 0)
        hub.take(`member-${at}`, report, EPOCH)
      }
      const map = JSON.parse(JSON.stringify(asMap(hub.aggregate(EPOCH)))) as HubMap
      expect(() => checkMap(map)).not.toThrow()
      for (const { quantiles = {} } of map.cells) {
        for (const [p50, p95] of Object.values(quantiles)) {
          figures++
          expect(p95).toBeGreaterThanOrEqual(p50)
          expect(p50).toBeGreaterThan(0)
        }
      }
    }),
    { numRuns: runs(200) },
  )
  expect(figures).toBeGreaterThan(20)
})

it('depends on what came, not on its order', () => {
  const members = Array.from({ length: 12 }, (_, at) => at)
  const cellsOf = (at: number) =>
    ['a', 'b'].map((model) =>
      reportCell({ model, ms: 300 + 37 * at, kinds: { ok: 90 + (at % 10), provider_error: at % 3 } }),
    )
  const map = (order: readonly number[]) => {
    const hub = new MemoryHub()
    for (const at of order) hub.join(`member-${at}`, 0)
    for (const epoch of [EPOCH, EPOCH - 3])
      for (const at of order) hub.take(`member-${at}`, reportOf(epoch, cellsOf(at)), EPOCH)
    return hub.aggregate(EPOCH)
  }
  const expected = map(members)
  expect(expected.length).toBeGreaterThan(4)
  fc.assert(
    fc.property(fc.shuffledSubarray(members, { minLength: members.length }), (order) => {
      expect(map(order)).toEqual(expected)
    }),
    { numRuns: runs(20) },
  )
})

it('clips after combining, so that noise that goes both ways is none', () => {
  const hub = new MemoryHub()
  for (let at = 0; at < 5; at++) hub.join(`member-${at}`, 0)
  for (const [age, provider_error] of [
    [1, -3],
    [0, 3],
  ] as const) {
    for (let at = 0; at < 5; at++)
      hub.take(`member-${at}`, reportOf(EPOCH - age, [reportCell({ kinds: { ok: 100, provider_error } })]), EPOCH)
  }
  const { a, b } = hub.aggregate(EPOCH)[0]!.success!
  expect(b / (a + b)).toBeLessThan(0.002)
})

it('rolls thin cells up, to where k enrolments are', () => {
  const hub = new MemoryHub()
  for (let at = 0; at < 6; at++) {
    hub.join(`member-${at}`, 0)
    hub.take(`member-${at}`, reportOf(EPOCH, [reportCell()], at < 3 ? 'EU' : 'NA'), EPOCH)
  }
  const cells = hub
    .aggregate(EPOCH)
    .map(({ model, class: workload, continent }) => [model, workload, continent].filter(Boolean).join(' '))
  expect(cells).toEqual(['', 'm', 'm chat.lt1k.plain'])
})
