import { expect, test } from 'vitest'
import { buildReport } from '../../../../src/federation/member/report/report.ts'
import { ReportBook } from '../../../../src/federation/member/report/report-book.ts'
import { checkReport } from '../../../../src/federation/protocol/validate.ts'
import { EPOCH, names, outcome, START, times } from '../../../helpers/member.ts'

test('whole answers of images tell their time or their speed, in a report that any hub of version 1 takes', () => {
  const book = new ReportBook({ epochSeconds: 3_600, names, now: START })
  const image = { class: 'image.lt1k.plain', stream: false, ttftMs: 40_000, totalMs: 40_000, tokensPerSecond: 0.025 }
  times(100, (i) => book.learn(outcome({ ...image, at: START + i })))
  const { report } = buildReport(book.cells, EPOCH, book.noiseKey, { continent: 'EU', noise: false, grids: false })
  const [cell] = report.cells
  expect(cell).toMatchObject({ class: 'image.lt1k.plain', n: 100, total: { n: 50 }, speed: { n: 50 } })
  expect(cell?.ttft).toBeUndefined()
  // Images a minute.
  expect(Math.exp(cell!.speed!.mean)).toBeCloseTo(1.5, 1)
  expect(Math.exp(cell!.total!.mean) / 40_000).toBeCloseTo(1, 1)
  expect(checkReport(JSON.parse(JSON.stringify(report)))).toEqual(report)
})
