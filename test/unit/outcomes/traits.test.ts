import { describe, expect, it } from 'vitest'
import { OutcomeBook } from '../../../src/outcomes/cells.ts'
import { CLASS, fault, NOW, outcome } from './helpers.ts'

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
