import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { MapValues } from '../../../../src/federation/member/map/map-values.ts'
import type { PublicValues } from '../../../../src/federation/member/report/public-values.ts'
import { buildReport } from '../../../../src/federation/member/report/report.ts'
import { ReportBook } from '../../../../src/federation/member/report/report-book.ts'
import type { HubMap, MapCell, ReportCell } from '../../../../src/federation/protocol/types.ts'
import { CLASS, EPOCH, names, outcome, START, times } from '../../../helpers/member.ts'
import { runs } from '../../../helpers/properties.ts'

const NOISY = { continent: 'EU', noise: true, grids: false } as const
const GPT = 'openai/gpt-4o'
const keyOf = (n: number) => Buffer.alloc(32, `${n}-`)
const around = (ttft: number, speed: number): PublicValues => ({
  classes: [CLASS],
  minor: 1,
  find: () => ({ ttft: Math.log(ttft), total: Math.log(ttft), speed: Math.log(speed) }),
})

/** Streams that begin after about `ttftMs`. */
function bookOf(count: number, ttftMs: number, known?: PublicValues): ReportBook {
  const book = new ReportBook({ epochSeconds: 3_600, names, now: START })
  const random = seeded(7)
  times(count, () =>
    book.learn(outcome({ ttftMs: ttftMs * Math.exp(random() + random() + random() - 1.5), tokensPerSecond: 50 })),
  )
  if (known) book.know(known, [GPT])
  return book
}

const cellsOf = (book: ReportBook, count: number): ReportCell[] =>
  Array.from({ length: count }, (_, n) => buildReport(book.cells, EPOCH, keyOf(n), NOISY, book.known)).flatMap(
    ({ report }) => report.cells,
  )

const spreadOf = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) }
}

describe('observations clipped around what is public', () => {
  it('are reported from about 14 requests on, as exactly as 50 over the whole range', () => {
    const passes = (requests: number, known?: PublicValues) =>
      Array.from({ length: 60 }, () => cellsOf(bookOf(requests, 400, known), 1).filter(({ n }) => n > 0)).flat().length
    expect(passes(30, around(400, 50))).toBeGreaterThan(50)
    expect(passes(30)).toBe(0)
    const clipped = spreadOf(cellsOf(bookOf(20, 400, around(500, 50)), 400).flatMap(({ ttft }) => ttft?.mean ?? []))
    expect(Math.abs(clipped.mean - Math.log(400))).toBeLessThan(0.2)
    expect(clipped.sd).toBeLessThan(0.25)
  })

  it('are not where nothing is public', () => {
    const book = bookOf(60, 400)
    expect(book.known.find({ provider: 'openai', model: 'gpt-4o', region: '-' }, CLASS)).toBeUndefined()
  })

  it('take the whole range when much lies at the rim, and there are enough for its noise', () => {
    const far = spreadOf(cellsOf(bookOf(150, 8_000, around(400, 50)), 200).flatMap(({ ttft }) => ttft?.mean ?? []))
    expect(Math.abs(far.mean - Math.log(8_000))).toBeLessThan(0.1)
    const few = spreadOf(cellsOf(bookOf(25, 8_000, around(400, 50)), 200).flatMap(({ ttft }) => ttft?.mean ?? []))
    // Between the two, and never beyond the rim: the public value follows, and the next report is around that.
    expect(few.mean).toBeGreaterThan(Math.log(400) + 1.2)
    expect(few.mean).toBeLessThan(Math.log(400) + 1.5)
  })

  it('are one vote each, whatever they are and whatever is public', () => {
    const ms = fc.double({ min: 1, max: 1e7, noNaN: true })
    fc.assert(
      fc.property(ms, ms, ms, (one, other, middle) => {
        // The same noise in both: what differs is one request.
        const known = around(middle, 50)
        const fewer = bookOf(14, other, known)
        const more = bookOf(14, other, known)
        more.learn(outcome({ ttftMs: one, tokensPerSecond: 50 }))
        const [a, b] = [fewer, more].map((book) => {
          for (const cell of book.cells) cell.threshold = -100
          return buildReport(book.cells, EPOCH, keyOf(1), NOISY, book.known).report.cells[0]
        })
        // One vote of fifteen moves a mean over three nats by 0.2 at the most, and the noise is no smaller than a half.
        if (a?.ttft && b?.ttft) expect(Math.abs(a.ttft.mean - b.ttft.mean)).toBeLessThan(0.45)
      }),
      { numRuns: runs(40) },
    )
  })

  it('see few faults of few requests as noise, which they are', () => {
    const cells = cellsOf(bookOf(20, 400, around(400, 50)), 300)
    const faults = cells.map(({ kinds }) =>
      Object.entries(kinds).reduce((sum, [kind, count]) => sum + (kind === 'ok' ? 0 : Math.abs(count)), 0),
    )
    expect(spreadOf(faults).mean).toBeLessThan(0.4)
  })
})

describe('a cell of which something is public', () => {
  it('is asked whether it has anything or not, so that a report does not give away that it had', () => {
    const asked = (count: number) => [...bookOf(count, 400, around(400, 50)).cells].length
    expect(asked(0)).toBe(1)
    expect(asked(1)).toBe(1)
    const book = bookOf(0, 400, around(400, 50))
    for (const cell of book.cells) cell.threshold = -100
    const { report, leftOut } = buildReport(book.cells, EPOCH, keyOf(1), NOISY, book.known)
    expect(report.cells.map(({ n }) => n)).toEqual([0])
    expect(leftOut).toEqual([])
  })

  it('waits on when nothing is public of it any more, with what it has', () => {
    const book = bookOf(3, 400, around(400, 50))
    book.know({ classes: [], minor: 1, find: () => undefined }, [GPT])
    expect([...book.cells]).toHaveLength(1)
    const empty = bookOf(0, 400, around(400, 50))
    empty.know({ classes: [], minor: 1, find: () => undefined }, [GPT])
    expect([...empty.cells]).toHaveLength(0)
  })
})

describe('what is public', () => {
  const map = (more: Partial<HubMap>): HubMap => ({
    type: 'map',
    v: '1.1',
    epoch: EPOCH,
    epoch_seconds: 3_600,
    k: 5,
    members: 5,
    cells: [],
    ...more,
  })
  const endpoint = { provider: 'openai', model: 'gpt-4o', region: '-' }
  const cell: MapCell = { provider: 'openai', model: 'gpt-4o', class: CLASS, as_of: EPOCH, members: 5 }
  const figure = (mean: number) => ({ mean, tau2: 0.1, sigma2: 0.2 })

  it('is what members published; a whole answer takes its first token and the usual tokens', () => {
    const values = new MapValues(map({ cells: [{ ...cell, ttft: figure(6), speed: figure(4) }] }), 'EU')
    expect(values.classes).toContain(CLASS)
    const total = Math.log(Math.exp(6) + 200_000 / Math.exp(4))
    expect(values.find(endpoint, CLASS)).toEqual({ ttft: 6, speed: 4, total })
    // Of chat that nobody measured yet, what every router guesses; of anything else, nothing.
    const other = { ...endpoint, model: 'gpt-4o-mini' }
    expect(values.find(other, CLASS)).toMatchObject({ ttft: Math.log(800), speed: Math.log(50) })
    expect(values.find(other, 'embedding.lt1k.plain')).toBeUndefined()
  })

  it('is what the hub measured where members published nothing', () => {
    const probe = { ...endpoint, source: 'probe', continent: 'EU', n: 4, time: 0 } as const
    const moments = (mean: number) => ({ n: 4, mean, var: 0.1 })
    const probes = [
      { ...probe, class: CLASS, ttft: moments(6), speed: moments(4) },
      { ...probe, class: 'chat.lt8k.plain', ttft: moments(8) },
    ]
    const values = new MapValues(map({ cells: [{ ...cell, speed: figure(3) }], probes }), 'EU')
    expect(values.find(endpoint, CLASS)).toMatchObject({ ttft: 6, speed: 3 })
    expect(values.find(endpoint, 'chat.more.plain')).toMatchObject({ ttft: 7, speed: 4 })
  })
})
