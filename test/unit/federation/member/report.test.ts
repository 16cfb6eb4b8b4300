import { describe, expect, it } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { buildReport, type ReportSettings } from '../../../../src/federation/member/report/report.ts'
import { ReportBook } from '../../../../src/federation/member/report/report-book.ts'
import { canonicalBytes } from '../../../../src/federation/protocol/canonical.ts'
import type { ReportCell } from '../../../../src/federation/protocol/types.ts'
import { CLASS, EPOCH, names, outcome, START, times } from '../../../helpers/member.ts'

const PLAIN: ReportSettings = { continent: 'EU', noise: false, grids: false }
const NOISY: ReportSettings = { ...PLAIN, noise: true }
const newBook = () => new ReportBook({ epochSeconds: 3_600, names, now: START })
const build = (book: ReportBook, settings: ReportSettings, key: Uint8Array = book.noiseKey) =>
  buildReport(book.cells, EPOCH, key, settings)
const only = (book: ReportBook, settings: ReportSettings, key?: Uint8Array): ReportCell =>
  build(book, settings, key).report.cells[0]!
const keyOf = (n: number) => Buffer.alloc(32, `${n}-`)

/** 100 requests: 90 streams that answer well, 10 errors. */
function busy(count = 100): ReportBook {
  const book = newBook()
  const random = seeded(3)
  const log = (middle: number, spread: number) => middle * Math.exp(spread * (random() + random() + random() - 1.5) * 2)
  times(count, (i) => {
    const ttftMs = log(400, 0.5)
    const kind = i % 10 === 9 ? 'provider_error' : 'ok'
    book.learn(outcome({ kind, ttftMs, totalMs: ttftMs + 2_000, tokensPerSecond: log(50, 0.3) }))
  })
  return book
}

describe('without noise', () => {
  it('rounds means at the ends of what may be reported, too', () => {
    const book = newBook()
    times(90, () => book.learn(outcome({ ttftMs: 1, tokensPerSecond: 1e6 })))
    const { ttft, speed } = only(book, PLAIN)
    expect([ttft?.mean, speed?.mean]).toEqual([2.31, 8.69])
  })

  it('says how the endpoint did, rounded', () => {
    const book = newBook()
    times(90, (i) => book.learn(outcome({ ttftMs: i % 2 ? 200 : 800, tokensPerSecond: i % 3 ? 50 : 25 })))
    times(12, () => book.learn(outcome({ kind: 'provider_error' })))
    const speed = (2 * Math.log(50) + Math.log(25)) / 3
    expect(only(book, PLAIN)).toEqual({
      provider: 'openai',
      model: 'gpt-4o',
      region: '-',
      class: CLASS,
      n: 100,
      kinds: { ok: 90, provider_error: 10 },
      ttft: { n: 90, mean: 5.99, var: expect.closeTo(Math.LN2 ** 2, 1) },
      speed: { n: 90, mean: Number(speed.toFixed(2)), var: expect.closeTo((2 / 9) * Math.LN2 ** 2, 1) },
      cache_hit: 0.33,
      price: 3,
    })
  })

  it('tells whole answers by their total time', () => {
    const book = newBook()
    times(10, () => book.learn(outcome({ stream: false, ttftMs: 2_400 })))
    const { ttft, total, speed } = only(book, PLAIN)
    expect([ttft, speed]).toEqual([undefined, undefined])
    expect(total).toEqual({ n: 10, mean: expect.closeTo(Math.log(2_400), 1), var: expect.any(Number) })
  })

  it('caps at 200 requests, in proportion', () => {
    const cell = only(busy(1_000), PLAIN)
    expect(cell.n).toBe(200)
    expect(cell.kinds).toEqual({ ok: 180, provider_error: 20 })
    expect(cell.ttft?.n).toBe(180)
    const grid = cell.grids?.ttft ?? []
    expect(grid.reduce((sum, [, count]) => sum + count, 0)).toBeCloseTo(200, -1)
  })

  it('leaves out cells below 5 requests, and says that they wait', () => {
    const book = newBook()
    times(4, () => book.learn(outcome()))
    times(5, () => book.learn(outcome({ endpoint: 'groq/openai/gpt-oss-20b' })))
    const { report, leftOut, spent } = build(book, PLAIN)
    expect(report.cells.map(({ provider }) => provider)).toEqual(['groq'])
    expect(leftOut).toEqual([
      {
        provider: 'openai',
        model: 'gpt-4o',
        region: '-',
        class: CLASS,
        requests: 4,
        reason: 'too few',
        until: EPOCH + 47,
      },
    ])
    expect(spent.size).toBe(1)
  })

  it('keeps prices at home when told to', () => {
    expect(only(busy(), { ...PLAIN, prices: false })).not.toHaveProperty('price')
    expect(only(busy(), { ...PLAIN, prices: false })).toHaveProperty('cache_hit')
  })

  it('has no place for odd numbers', () => {
    const book = newBook()
    const odd = {
      ttftMs: Number.NaN,
      tokensPerSecond: Number.POSITIVE_INFINITY,
      costUsd: 1e308,
      usage: { inputTokens: -5 },
    }
    times(10, () => book.learn(outcome({ ...odd, totalMs: 0 })))
    times(10, () => book.learn(outcome({ ttftMs: 0, totalMs: 1e9, tokensPerSecond: 1e9, stream: true })))
    expect(JSON.stringify(build(book, PLAIN).report)).not.toMatch(/null|NaN|Infinity|e\+/)
  })
})

describe('with noise', () => {
  it('waits for about 50 requests', () => {
    const passes = (requests: number) => {
      let passed = 0
      for (let i = 0; i < 100; i++) {
        const book = newBook()
        times(requests, () => book.learn(outcome()))
        passed += build(book, NOISY).report.cells.length
      }
      return passed
    }
    expect(passes(10)).toBe(0)
    expect(passes(90)).toBe(100)
    expect(passes(50)).toBeGreaterThan(10)
    expect(passes(50)).toBeLessThan(90)
  })

  it('is right on average: counts, n, means, variances, cache share and price', () => {
    const book = busy(150)
    const exact = only(book, PLAIN)
    const cells = Array.from({ length: 400 }, (_, i) => only(book, NOISY, keyOf(i)))
    const mean = (pick: (cell: ReportCell) => number | undefined) =>
      cells.reduce((sum, cell) => sum + (pick(cell) ?? 0), 0) / cells.length
    expect(mean(({ n }) => n)).toBeCloseTo(150, -1)
    expect(Math.abs(mean(({ kinds }) => kinds.ok) - 135)).toBeLessThan(0.5)
    expect(Math.abs(mean(({ kinds }) => kinds.provider_error) - 15)).toBeLessThan(0.5)
    expect(Math.abs(mean(({ kinds }) => kinds.provider_network))).toBeLessThan(0.5)
    expect(Math.abs(mean(({ ttft }) => ttft?.mean) - exact.ttft!.mean)).toBeLessThan(0.03)
    expect(Math.abs(mean(({ speed }) => speed?.mean) - exact.speed!.mean)).toBeLessThan(0.03)
    expect(Math.abs(mean(({ ttft }) => ttft?.var) - exact.ttft!.var)).toBeLessThan(0.03)
    expect(Math.abs(mean(({ cache_hit }) => cache_hit) - 0.33)).toBeLessThan(0.02)
    expect(Math.abs(mean(({ price }) => Math.log(price ?? 1)) - Math.log(3))).toBeLessThan(0.05)
    // Counts below 0 are kept: without them small counts would be too high on average.
    expect(cells.some(({ kinds }) => (kinds.provider_network ?? 0) < 0)).toBe(true)
    const spread = Math.sqrt(mean(({ ttft }) => (ttft!.mean - exact.ttft!.mean) ** 2))
    expect(spread).toBeGreaterThan(0.04)
    expect(spread).toBeLessThan(0.15)
  })

  it('is the same whenever one looks, and another in another epoch', () => {
    const book = busy(150)
    expect(build(book, NOISY)).toEqual(build(book, NOISY))
    const other = buildReport(book.cells, EPOCH + 1, book.noiseKey, NOISY)
    expect({ ...other.report, epoch: EPOCH }).not.toEqual(build(book, NOISY).report)
  })

  it('moves with what is learned by just that: the noise itself stays', () => {
    const book = busy(150)
    const before = only(book, NOISY).kinds
    times(7, () => book.learn(outcome()))
    const after = only(book, NOISY).kinds
    expect(after).toEqual({ ...before, ok: before.ok! + 7 })
  })

  it('sends grids only when told to', () => {
    const book = busy(400)
    expect(only(book, NOISY)).not.toHaveProperty('grids')
    expect(only(book, { ...NOISY, grids: true }).grids).toHaveProperty('ttft')
  })
})

it('takes the 500 largest cells, in the order of their names, and drops the rest', () => {
  const book = newBook()
  for (let model = 0; model < 150; model++)
    for (const size of ['lt1k', 'lt8k', 'lt64k', 'more'])
      times(model < 25 ? 6 : 12, () =>
        book.learn(outcome({ endpoint: `openrouter/maker/${model}`, class: `chat.${size}.plain` })),
      )
  const { report, leftOut, spent } = build(book, PLAIN)
  expect(report.cells).toHaveLength(500)
  expect(spent.size).toBe(600)
  expect(leftOut).toHaveLength(100)
  expect(leftOut.every(({ reason, requests }) => reason === 'no room' && requests === 6)).toBe(true)
  const keys = report.cells.map((cell) => `${cell.model}\n${cell.region}\n${cell.class}`)
  expect(keys).toEqual([...keys].sort())
})

it('fits what the protocol carries, leaving grids out when they are too much', () => {
  const book = newBook()
  const random = seeded(1)
  for (let model = 0; model < 125; model++)
    for (const size of ['lt1k', 'lt8k', 'lt64k', 'more'])
      times(400, (i) => {
        const ttftMs = 10 * 60_000 ** random()
        const endpoint = `openrouter/maker/${model}`
        const speed = 0.1 * 60_000 ** random()
        book.learn(
          outcome({
            endpoint,
            class: `chat.${size}.plain`,
            stream: i % 2 > 0,
            ttftMs,
            totalMs: 2 * ttftMs,
            tokensPerSecond: speed,
          }),
        )
      })
  const { report, withoutGrids } = build(book, PLAIN)
  expect(canonicalBytes(report).length).toBeLessThan(1_048_576)
  expect(report.cells).toHaveLength(500)
  expect(withoutGrids).toBe(report.cells.every((cell) => !('grids' in cell)))
})
