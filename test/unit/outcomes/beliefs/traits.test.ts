import { describe, expect, it } from 'vitest'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'
import { CLASS, fault, NOW, outcome } from '../helpers.ts'

const STRUCTURED = 'chat.lt1k.structured'
const bookOf = (...outcomes: Parameters<OutcomeBook['record']>[0][]) => {
  const book = new OutcomeBook()
  for (const each of outcomes) book.record(each)
  return book
}
const read = (book: OutcomeBook, workloadClass = CLASS) => book.beliefs('a/m', workloadClass, NOW)
const times = <T>(count: number, value: T): T[] => new Array<T>(count).fill(value)

describe('traits of an endpoint', () => {
  it('tell a stream that comes in one piece from a real one', () => {
    const atOnce = outcome({ ttftMs: 2_490, totalMs: 2_500 })
    expect(read(bookOf(atOnce, atOnce)).buffered).toBe(false)
    expect(read(bookOf(atOnce, atOnce, atOnce)).buffered).toBe(true)
    expect(read(bookOf(...times(3, atOnce), ...times(3, outcome()))).buffered).toBe(false)
    // A few words come in one piece from anybody; without usage nobody knows.
    expect(read(bookOf(...times(9, { ...atOnce, usage: { outputTokens: 5 } }))).buffered).toBe(false)
  })

  it('learn what a failure costs in waiting, from 2 s, and not from rate limits', () => {
    expect(read(bookOf()).detectMs).toBe(2000)
    expect(read(bookOf(fault({ totalMs: 60_000 }))).detectMs).toBeCloseTo(31_000, 3)
    expect(read(bookOf(...times(9, fault({ totalMs: 100 })))).detectMs).toBeCloseTo(290, 3)
    expect(read(bookOf(fault({ kind: 'provider_rate_limited' }))).detectMs).toBe(2000)
  })

  it('count structured answers that are well-formed', () => {
    const good = outcome({ class: STRUCTURED })
    const bad = fault({ class: STRUCTURED, kind: 'provider_malformed' })
    const { valid } = read(bookOf(good, good, bad, outcome(), fault({ class: STRUCTURED })))
    expect(valid.a).toBeCloseTo(5.9, 6)
    expect(valid.b).toBeCloseTo(1.1, 6)
  })

  it('learn the share of input read from a prompt cache, from none', () => {
    const cached = outcome({ usage: { inputTokens: 10_000, outputTokens: 100, cacheReadTokens: 8_000 } })
    expect(read(bookOf()).cacheShare).toBe(0)
    expect(read(bookOf(cached)).cacheShare).toBeCloseTo(8 / 30, 6)
    expect(read(bookOf(...times(100, cached))).cacheShare).toBeGreaterThan(0.75)
  })

  it('expect a cache where requests follow each other, also in a class that has shown none, and not after a pause', () => {
    const usage = (cacheReadTokens: number) => ({ inputTokens: 6_000, outputTokens: 100, cacheReadTokens })
    const first = outcome({ at: NOW - 60_000, usage: usage(0) })
    const book = bookOf(first, outcome({ usage: usage(6_000) }))
    expect(read(book).cacheShare).toBeGreaterThan(0.8)
    expect(read(book, STRUCTURED).cacheShare).toBeGreaterThan(0.8)
    expect(book.beliefs('a/m', CLASS, NOW + 3_600_000).cacheShare).toBeLessThan(0.3)
  })

  it('learn the effective price: what is paid over what was to be paid, weighed by money', () => {
    const dear = outcome({ costUsd: 0.003, listUsd: 0.001 })
    expect(read(bookOf()).effectivePrice).toEqual({ ratio: 1, n: 0 })
    expect(read(bookOf(dear)).effectivePrice.ratio).toBeCloseTo((10 + 3) / 11, 6)
    expect(read(bookOf(...times(90, dear))).effectivePrice.ratio).toBeCloseTo((10 + 270) / 100, 6)
    // Ten answers for 0.01 $ each as expected, and a tiny one at three times its price: money decides, not answers.
    const asExpected = outcome({ costUsd: 0.01, listUsd: 0.01 })
    expect(read(bookOf(...times(10, asExpected), dear)).effectivePrice.ratio).toBeCloseTo(
      1 + (11 / 21) * (0.002 / 0.101),
      6,
    )
  })

  it('teach another class of the endpoint its effective price, and no other endpoint', () => {
    const book = bookOf(...times(90, outcome({ costUsd: 0.002, listUsd: 0.001 })))
    expect(read(book, STRUCTURED).effectivePrice).toEqual({ ratio: expect.closeTo(1.9, 6), n: expect.closeTo(90, 6) })
    expect(book.beliefs('b/m', CLASS, NOW).effectivePrice).toEqual({ ratio: 1, n: 0 })
    for (let time = 0; time < 90; time++) book.record(outcome({ class: STRUCTURED, costUsd: 0.001, listUsd: 0.001 }))
    expect(read(book, STRUCTURED).effectivePrice.ratio).toBeCloseTo((10 * 1.9 + 90) / 100, 6)
  })

  it('learn no price from what has none, from failures, and from one mad answer more than 20 times the price', () => {
    const cases = [
      { listUsd: 0 },
      { listUsd: Number.NaN },
      { listUsd: -1 },
      { listUsd: 0.001, kind: 'provider_truncated' },
    ] as const
    for (const each of cases) expect(read(bookOf(outcome(each))).effectivePrice).toEqual({ ratio: 1, n: 0 })
    const { costUsd: _, ...unpriced } = outcome({ listUsd: 0.001 })
    expect(read(bookOf(unpriced)).effectivePrice.n).toBe(0)
    expect(read(bookOf(outcome({ costUsd: 1e9, listUsd: 0.001 }))).effectivePrice.ratio).toBeCloseTo((10 + 20) / 11, 6)
  })

  it('keep the effective price over a restart, and forget it over weeks', () => {
    const book = bookOf(...times(90, outcome({ costUsd: 0.002, listUsd: 0.001 })))
    const again = new OutcomeBook()
    again.restore(JSON.parse(JSON.stringify(book.snapshot(NOW))))
    expect(again.savedAt).toBe(NOW)
    expect(read(again).effectivePrice.ratio).toBeCloseTo(1.9, 4)
    expect(again.beliefs('a/m', CLASS, NOW + 10 * 7 * 86_400_000).effectivePrice.ratio).toBeLessThan(1.01)
  })

  it('learn how often an endpoint says 429, over ten minutes', () => {
    const limited = fault({ kind: 'provider_rate_limited' })
    expect(read(bookOf()).limited).toBe(0)
    const book = bookOf(...times(4, limited), ...times(4, outcome()))
    expect(read(book).limited).toBeCloseTo(0.4, 6)
    expect(book.beliefs('a/m', CLASS, NOW + 600_000).limited).toBeCloseTo(2 / 6, 6)
  })

  it('keep the ten latest answers and timeouts, and no other failures', () => {
    const book = bookOf(
      ...Array.from({ length: 12 }, (_, at) => outcome({ at: NOW + at })),
      fault(),
      fault({ kind: 'provider_timeout_idle' }),
    )
    const { recent } = read(book)
    expect(recent.map(({ at }) => at - NOW)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 0])
    expect(recent.at(-1)).toMatchObject({ kind: 'provider_timeout_idle' })
    expect(recent[0]).toMatchObject({ stream: true, ttftMs: 500, totalMs: 2_500, outputTokens: 100 })
  })

  it('survive a restart, and are read from files that do not hold them yet', () => {
    const book = bookOf(...times(3, outcome({ ttftMs: 2_490, totalMs: 2_500 })), fault({ totalMs: 60_000 }))
    const state = JSON.parse(JSON.stringify(book.snapshot(NOW)))
    const again = new OutcomeBook()
    expect(again.restore(state)).toBe(0)
    expect(read(again)).toMatchObject({ buffered: true, detectMs: read(book).detectMs })
    for (const entry of [...state.classes, ...state.endpoints]) entry[1] = entry[1].slice(0, 12)
    for (const cell of state.cells) cell[2] = cell[2].slice(0, 12)
    const old = new OutcomeBook()
    expect(old.restore(state)).toBe(0)
    expect(read(old)).toMatchObject({ buffered: false, detectMs: 2000 })
    expect(read(old).ttft.n).toBeCloseTo(read(book).ttft.n, 4)
  })
})

describe('the price of an endpoint without a list price', () => {
  it('is learned from what it says that it took, without anything to begin with', () => {
    const book = new OutcomeBook()
    const beliefs = (listed: boolean) => book.beliefs('a/m', 'chat.lt1k.plain', NOW, { listed }).effectivePrice
    expect(beliefs(false)).toEqual({ ratio: 1, n: 0 })
    book.record(
      outcome({
        endpoint: 'a/m',
        class: 'chat.lt1k.plain',
        listUsd: 0.01,
        costUsd: 0.002,
        usage: { inputTokens: 9, outputTokens: 9 },
      }),
    )
    expect(beliefs(false).ratio).toBeCloseTo(0.2)
    expect(beliefs(true).ratio).toBeGreaterThan(0.9)
  })
})
