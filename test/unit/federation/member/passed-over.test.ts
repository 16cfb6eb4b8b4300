import { describe, expect, it } from 'vitest'
import { MemoryHub } from '../../../../benchmarks/federation/memory-hub.ts'
import { ReportedModels } from '../../../../src/federation/member/report/passed-over.ts'
import { buildReport } from '../../../../src/federation/member/report/report.ts'
import { ReportBook } from '../../../../src/federation/member/report/report-book.ts'
import type { PublicModel, Report } from '../../../../src/federation/protocol/types.ts'
import { checkReport } from '../../../../src/federation/protocol/validate.ts'
import { reportCell, reportOf } from '../../../helpers/hub-reports.ts'
import { EPOCH, names, outcome, START, times } from '../../../helpers/member.ts'

const [A, B, C] = ['a', 'b', 'c'].map((provider) => ({ provider, model: 'm' })) as [
  PublicModel,
  PublicModel,
  PublicModel,
]
const cellOf = (model: PublicModel, n = 50) => reportCell({ ...model, n })

describe('a member', () => {
  it('passes over what it has, and does not use while it uses others of the same model', () => {
    const reported = new ReportedModels(3_600)
    expect(reported.passedOver([[A, B]], [cellOf(A)], 100)).toEqual([B])
    // Too few to tell, another model, and what was used in the last day.
    expect(reported.passedOver([[A, B]], [cellOf(A, 40)], 100)).toEqual([])
    expect(reported.passedOver([[A], [B]], [cellOf(A)], 100)).toEqual([])
    reported.note([cellOf(B, 15)], 80)
    expect(reported.passedOver([[A, B, C]], [cellOf(A)], 100)).toEqual([C])
    expect(reported.passedOver([[A, B, C]], [cellOf(A)], 104)).toEqual([B, C])
  })

  it('adds up what it reported over a day, and knows it again after a restart', () => {
    const reported = new ReportedModels(3_600)
    for (let epoch = 100; epoch < 103; epoch++) reported.note([cellOf(A, 15)], epoch)
    const again = new ReportedModels(3_600)
    again.decode(JSON.parse(JSON.stringify(reported.encode())))
    expect(again.passedOver([[A, B]], [], 103)).toEqual([B])
    for (const nothing of [undefined, 1, [1], [['a', [[1]]]]]) again.decode(nothing)
    expect(again.passedOver([[A, B]], [], 103)).toEqual([B])
  })

  it('does not pass over what it uses for another of its models', () => {
    const reported = new ReportedModels(3_600)
    expect(
      reported.passedOver(
        [
          [A, B],
          [B, C],
        ],
        [cellOf(A), cellOf(B, 45)],
        100,
      ),
    ).toEqual([C])
    expect(reported.passedOver([[A, B], [B]], [cellOf(A)], 100)).toEqual([B])
  })

  it('says so in a report of minor 1, and in none of minor 0', () => {
    const book = new ReportBook({ epochSeconds: 3_600, names, now: START })
    times(60, () => book.learn(outcome()))
    const settings = { continent: 'EU', noise: false, grids: false } as const
    const build = (passed: readonly PublicModel[]) =>
      buildReport(book.cells, EPOCH, book.noiseKey, settings, book.known, () => passed).report
    expect(build([])).toMatchObject({ v: '1.0' })
    expect(build([])).not.toHaveProperty('passed_over')
    expect(build([B])).toMatchObject({ v: '1.1', passed_over: [B] })
  })
})

describe('a hub', () => {
  const passing = (epoch: number, passed_over: readonly PublicModel[]): Report =>
    checkReport({ ...reportOf(epoch, [cellOf(A)]), v: '1.1', passed_over })

  it('publishes what k trusted members pass over, apart from its cells, and forgets it when they do not', () => {
    const hub = new MemoryHub(5)
    for (let at = 0; at < 6; at++) hub.join(`old-${at}`, 0)
    const epochOf = (epoch: number, saying: readonly string[]) => {
      for (const id of saying) hub.take(id, passing(epoch, [B]), epoch)
      return hub.aggregate(epoch)
    }
    const old = [0, 1, 2, 3, 4, 5].map((at) => `old-${at}`)
    epochOf(1_000, old.slice(0, 4))
    expect(hub.listed().passed_over).toEqual([])
    const cells = epochOf(1_001, old)
    expect(hub.listed().passed_over).toEqual([{ ...B, as_of: 1_001, members: 5 }])
    expect(cells.every(({ provider }) => provider === 'a')).toBe(true)
    hub.aggregate(1_030)
    expect(hub.listed().passed_over).toEqual([])
  })

  it('is not moved by keys of today', () => {
    const hub = new MemoryHub(5)
    for (let at = 0; at < 40; at++) {
      hub.join(`new-${at}`, 1_000 * 3_600)
      hub.take(`new-${at}`, passing(1_000, [B]), 1_000)
    }
    hub.aggregate(1_000)
    expect(hub.listed().passed_over).toEqual([])
  })
})
