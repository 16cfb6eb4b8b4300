import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MemoryHub } from '../../../../benchmarks/federation/memory-hub.ts'
import { OfferedModels } from '../../../../src/federation/member/report/offered.ts'
import { Reporter } from '../../../../src/federation/member/report/reporter.ts'
import { generateSigningKey } from '../../../../src/federation/protocol/keys.ts'
import { unseal, verifySealed } from '../../../../src/federation/protocol/signed.ts'
import type { PublicModel, Report } from '../../../../src/federation/protocol/types.ts'
import { checkReport } from '../../../../src/federation/protocol/validate.ts'
import { minorOf } from '../../../../src/federation/protocol/version.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'
import { reportCell, reportOf } from '../../../helpers/hub-reports.ts'
import { EPOCH, HOUR, names, outcome, START, times } from '../../../helpers/member.ts'

const [A, B, C] = ['a', 'b', 'c'].map((provider) => ({ provider, model: 'm' })) as [
  PublicModel,
  PublicModel,
  PublicModel,
]

it('is said at first, when it has changed, and again after six hours', () => {
  const offered = new OfferedModels(3_600)
  expect(offered.of([[B, A], [A]], 100)).toEqual([A, B])
  offered.note([A, B], 100)
  expect(offered.of([[A, B]], 105)).toEqual([])
  expect(offered.of([[A]], 101)).toEqual([A])
  const again = new OfferedModels(3_600)
  again.decode(JSON.parse(JSON.stringify(offered.encode())))
  expect(again.of([[A, B]], 105)).toEqual([])
  expect(again.of([[A, B]], 106)).toEqual([A, B])
  again.decode('nonsense')
  expect(again.of([[A, B]], 105)).toEqual([])
  // Before it was ever said there is no epoch that JSON could hold.
  const never = new OfferedModels(3_600)
  never.decode(JSON.parse(JSON.stringify(new OfferedModels(3_600).encode())))
  expect(never.of([[A]], 0)).toEqual([A])
})

describe('a member', () => {
  const key = generateSigningKey()
  let directory: string
  beforeEach(async () => {
    directory = await temporaryDirectory()
  })
  afterEach(() => removeDirectory(directory))
  const open = async (now = START) => {
    const settings = { continent: 'EU', noise: true, grids: false } as const
    const reporter = await Reporter.open({ directory, key, epochSeconds: 3_600, names, settings, now })
    reporter.offer([[A, B]])
    return reporter
  }
  const read = async (reporter: Reporter, epoch: number) =>
    verifySealed('report', unseal((await reporter.read(epoch))!)) as Report

  it('that is new says what it offers at once, in a report of the epoch before, and only then', async () => {
    const reporter = await open()
    times(9, () => reporter.learn(outcome()))
    await reporter.introduce(3)
    expect(reporter.waiting.map(({ epoch }) => epoch)).toEqual([EPOCH - 1])
    expect(await read(reporter, EPOCH - 1)).toMatchObject({ v: '1.3', epoch: EPOCH - 1, cells: [], offered: [A, B] })
    await reporter.settle(EPOCH - 1)
    const again = await open(START + 5)
    await again.introduce(3)
    expect(again.waiting).toEqual([])
    // Nothing of the first epoch is lost by it, and it is not said twice.
    times(200, () => again.learn(outcome()))
    const { report } = (await again.close(START + HOUR))!
    expect(report).toMatchObject({ v: '1.0', epoch: EPOCH })
    expect(report.cells[0]!.n).toBeGreaterThan(150)
    expect(report).not.toHaveProperty('offered')
  })

  it('says it in a report of its own where there is nothing else to say, four times a day', async () => {
    const reporter = await open()
    await reporter.introduce(3)
    const said = []
    for (let hour = 1; hour <= 13; hour++) {
      const built = await reporter.close(START + hour * HOUR)
      if (built?.report.offered) said.push(built.report.epoch - EPOCH)
    }
    expect(said).toEqual([5, 11])
  })

  it('says nothing of it to a hub of an earlier minor', async () => {
    const reporter = await open()
    await reporter.introduce(2)
    expect(reporter.waiting).toEqual([])
    expect(reporter.preview(START).report).not.toHaveProperty('offered')
    expect(await reporter.close(START + HOUR)).toBeUndefined()
  })

  it('says it after its first epoch, too, where the hub was not asked in time and there was nothing to report', async () => {
    const reporter = await open()
    expect(await reporter.close(START + HOUR)).toBeUndefined()
    await reporter.introduce(3)
    expect(await read(reporter, EPOCH)).toMatchObject({ v: '1.3', epoch: EPOCH, cells: [], offered: [A, B] })
  })

  it('leaves out what a hub that was rolled back does not know', async () => {
    const reporter = await open()
    times(200, () => reporter.learn(outcome()))
    // A map of before the roll-back.
    reporter.know({ find: () => undefined, classes: [], minor: 3 })
    await reporter.introduce(3)
    expect(await reporter.lower(EPOCH - 1)).toBe(false)
    for (let hour = 1; hour <= 6; hour++) {
      times(200, () => reporter.learn(outcome()))
      await reporter.close(START + hour * HOUR)
    }
    const before = await read(reporter, EPOCH + 5)
    expect(before).toMatchObject({ v: '1.3', offered: [A, B] })
    expect(await reporter.lower(EPOCH + 5)).toBe(true)
    const after = await read(reporter, EPOCH + 5)
    expect(after).not.toHaveProperty('offered')
    expect(after.cells).toEqual(before.cells)
    expect(minorOf(after)).toBeLessThan(3)
    await reporter.introduce(0)
    times(200, () => reporter.learn(outcome()))
    expect((await reporter.close(START + 7 * HOUR))!.report.v).toBe('1.0')
  })

  it('whose report of an epoch waits is not new', async () => {
    const reporter = await open()
    times(200, () => reporter.learn(outcome()))
    await reporter.close(START + HOUR)
    await reporter.introduce(3)
    expect(reporter.waiting.map(({ epoch }) => epoch)).toEqual([EPOCH])
  })
})

describe('a hub', () => {
  const offering = (epoch: number, offered: readonly PublicModel[], cells: Report['cells'] = []): Report =>
    checkReport({ ...reportOf(epoch, cells), v: '1.3', offered })

  it('publishes what k trusted members offer and nothing else is known of', () => {
    const hub = new MemoryHub(5)
    for (let at = 0; at < 6; at++) hub.join(`old-${at}`, 0)
    for (let at = 0; at < 40; at++) hub.join(`new-${at}`, 999 * 3_600)
    for (let at = 0; at < 40; at++) hub.take(`new-${at}`, offering(999, [C]), 999)
    for (let at = 0; at < 4; at++) hub.take(`old-${at}`, offering(999, [A, B]), 999)
    hub.aggregate(999)
    expect(hub.listed().offered).toEqual([])
    for (let at = 0; at < 6; at++) hub.take(`old-${at}`, offering(1_000, [A, B]), 1_000)
    expect(hub.aggregate(1_000)).toEqual([])
    expect(hub.listed().offered).toEqual([A, B].map((model) => ({ ...model, as_of: 1_000, members: 5 })))
    // With figures it is a cell, and no more a row.
    const cell = reportCell({ ...A, n: 50 })
    for (let at = 0; at < 6; at++) hub.take(`old-${at}`, offering(1_001, [A, B], [cell]), 1_001)
    expect(hub.aggregate(1_001).some(({ provider }) => provider === 'a')).toBe(true)
    expect(hub.listed().offered).toEqual([{ ...B, as_of: 1_001, members: 5 }])
    hub.aggregate(1_030)
    expect(hub.listed().offered).toEqual([])
  })
})
