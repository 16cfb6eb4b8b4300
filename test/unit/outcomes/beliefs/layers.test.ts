import { describe, expect, it } from 'vitest'
import { Lately, OF_TIMES } from '../../../../src/outcomes/beliefs/lately.ts'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'
import type { Outcome } from '../../../../src/outcomes/types.ts'

const NOW = 1_750_000_000_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const CLASS = 'chat.lt1k.plain'

const answer = (endpoint: string, at: number, changes: Partial<Outcome> = {}): Outcome => ({
  endpoint,
  class: CLASS,
  kind: 'ok',
  at,
  stream: true,
  ttftMs: 500,
  totalMs: 2500,
  tokensPerSecond: 50,
  usage: { inputTokens: 100, outputTokens: 100 },
  ...changes,
})

describe('the last hours', () => {
  it('move what is believed of an endpoint that thin traffic meets slow again and again, and fade', () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 200; i++) book.record(answer('a/m', NOW + i * 2 * MINUTE))
    const slow = NOW + 400 * MINUTE
    for (let i = 0; i < 6; i++) {
      const changes = { ttftMs: 2500, totalMs: 12_500, tokensPerSecond: 10 }
      book.record(answer('a/m', slow + i * 2 * MINUTE, changes))
    }
    const at = (now: number) => book.beliefs('a/m', CLASS, now, { stream: true })
    const then = at(slow + 12 * MINUTE)
    expect(Math.exp(then.ttft.mean)).toBeGreaterThan(1200)
    expect(then.lately).toBeGreaterThan(2)
    expect(Math.exp(then.speed.mean)).toBeLessThan(22)
    expect(Math.exp(at(slow + 6 * HOUR).ttft.mean)).toBeLessThan(620)
    expect(at(slow + 6 * HOUR).lately).toBe(1)
  })

  it('say nothing of what chance alone makes', () => {
    const lately = new Lately(OF_TIMES)
    for (let i = 0; i < 20; i++) lately.observe(NOW + i * MINUTE, i % 2 === 0 ? 0.2 : -0.2)
    expect(lately.read(NOW + 20 * MINUTE)).toBe(0)
    lately.observe(NOW + 20 * MINUTE, Number.POSITIVE_INFINITY)
    expect(lately.read(NOW + 20 * MINUTE)).toBeLessThan(0.5)
  })

  it('survive a restart, and anything else that stands in their place', () => {
    const lately = new Lately(OF_TIMES)
    for (let i = 0; i < 5; i++) lately.observe(NOW + i, 1)
    const restored = new Lately(OF_TIMES)
    restored.decode(JSON.parse(JSON.stringify(lately.encode())), NOW + 10)
    expect(restored.read(NOW + 10)).toBeCloseTo(lately.read(NOW + 10), 6)
    for (const value of [undefined, [], [NOW, 1], [NOW, 1, 'x'], [NOW + 1e6, 1, 1], [-1, 1, 1]]) {
      const other = new Lately(OF_TIMES)
      other.decode(value, NOW)
      expect(other.read(NOW)).toBe(0)
    }
  })
})

describe('an endpoint that sleeps', () => {
  const awake = { ttftMs: 250, totalMs: 2250 }
  const waking = { ttftMs: 15_250, totalMs: 17_250 }
  /** Every `gapMs` two requests: the first wakes it, the second finds it awake. */
  const sleeper = (gapMs: number) => {
    const book = new OutcomeBook()
    for (let i = 0; i < 40; i++) book.record(answer('b/m', NOW + i * MINUTE, { ttftMs: 1500, totalMs: 3500 }))
    let at = NOW + HOUR
    for (let i = 0; i < 6; i++) {
      at += gapMs
      book.record(answer('a/m', at, waking))
      book.record(answer('a/m', at + 20_000, awake))
    }
    return { book, at: at + 20_000 }
  }
  const seconds = (book: OutcomeBook, now: number) =>
    Math.exp(book.beliefs('a/m', CLASS, now, { stream: true, peers: ['a/m', 'b/m'] }).ttft.mean) / 1000

  it('is believed fast while it is awake, and slow for the first request after a pause', () => {
    const { book, at } = sleeper(HOUR)
    expect(seconds(book, at + MINUTE)).toBeLessThan(0.5)
    expect(seconds(book, at + 30 * MINUTE)).toBeGreaterThan(8)
    const wakingMs = (now: number) => book.beliefs('a/m', CLASS, now, { stream: true }).wakingMs
    expect(wakingMs(at + MINUTE)).toBe(0)
    expect(wakingMs(at + 30 * MINUTE)).toBeCloseTo(15_000, -3)
  })

  it('is worth waking where many requests follow', () => {
    const { book, at } = sleeper(HOUR)
    const pause = at + 10 * MINUTE
    const quiet = seconds(book, pause)
    for (let i = 0; i < 60; i++) book.record(answer('b/m', pause - 60_000 + i * 1000, { ttftMs: 1500, totalMs: 3500 }))
    expect(seconds(book, pause)).toBeLessThan(quiet / 5)
  })

  it('is taken as it is after pauses where nobody asks more often', () => {
    const book = new OutcomeBook()
    const slow = { ttftMs: 4000, totalMs: 6000 }
    for (let i = 0; i < 6; i++) {
      book.record(answer('a/m', NOW + i * 5 * HOUR, slow))
      book.record(answer('b/m', NOW + (i * 5 + 1) * HOUR, slow))
    }
    const beliefs = (endpoint: string) =>
      book.beliefs(endpoint, CLASS, NOW + 40 * HOUR, { stream: true, peers: ['a/m', 'b/m', 'c/m'] })
    expect(Math.exp(beliefs('a/m').ttft.mean)).toBeGreaterThan(3000)
    expect(beliefs('a/m').ttft).toMatchObject({ from: 'cell', n: expect.closeTo(6, -1) })
    expect(beliefs('a/m').wakingMs).toBe(0)
    // Its peers are as slow, so nobody hopes for more of a new one.
    expect(Math.exp(beliefs('c/m').ttft.mean)).toBeGreaterThan(2000)
    const restored = new OutcomeBook()
    restored.restore(JSON.parse(JSON.stringify(book.snapshot(NOW + 40 * HOUR))))
    const again = restored.beliefs('a/m', CLASS, NOW + 40 * HOUR, { stream: true, peers: ['a/m', 'b/m', 'c/m'] })
    expect(again.ttft.mean).toBeCloseTo(beliefs('a/m').ttft.mean, 4)
  })
})

describe('lengths', () => {
  const whole = (endpoint: string, at: number, outputTokens: number, totalMs: number) =>
    answer(endpoint, at, {
      stream: false,
      ttftMs: totalMs,
      totalMs,
      tokensPerSecond: undefined as never,
      usage: { inputTokens: 100, outputTokens },
    })

  it('do not make short answers fast: whole answers are compared as if they were equally long', () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 100; i++) {
      book.record(whole('a/m', NOW + i, 50, 400 + 50 * 10))
      book.record(whole('b/m', NOW + i, 500, 400 + 500 * 10))
    }
    const ms = (endpoint: string) =>
      Math.exp(book.beliefs(endpoint, CLASS, NOW + 100, { stream: false, peers: ['a/m', 'b/m'] }).ttft.mean)
    expect(ms('a/m') / ms('b/m')).toBeGreaterThan(0.75)
    expect(ms('a/m') / ms('b/m')).toBeLessThan(1.33)
  })

  it('are compared between the endpoints of a model, and show soon when they shrink', () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 100; i++) {
      book.record(whole('a/m', NOW + i, 120, 800))
      book.record(whole('b/m', NOW + i, 120, 800))
    }
    const ratio = () => book.beliefs('a/m', CLASS, NOW + 200, { stream: false, peers: ['a/m', 'b/m'] }).lengthRatio
    expect(ratio()).toBeCloseTo(1, 6)
    for (let i = 0; i < 20; i++) book.record(whole('a/m', NOW + 100 + i, 2, 40))
    expect(ratio()).toBeLessThan(0.1)
    // Of how fast answers are, such scraps say nothing.
    const { ttft } = book.beliefs('a/m', CLASS, NOW + 200, { stream: false, peers: ['b/m', 'a/m'] })
    const { ttft: other } = book.beliefs('b/m', CLASS, NOW + 200, { stream: false, peers: ['b/m', 'a/m'] })
    expect(ttft.mean).toBeCloseTo(other.mean, 6)
    // Nobody to compare with.
    expect(book.beliefs('a/m', CLASS, NOW + 200, { stream: false }).lengthRatio).toBe(1)
  })

  it('show soon when they shrink, also where nobody has asked the others', () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 100; i++) book.record(whole('a/m', NOW + i, 120, 800))
    for (let i = 0; i < 20; i++) book.record(whole('a/m', NOW + 100 + i, 2, 40))
    const { lengthRatio } = book.beliefs('a/m', CLASS, NOW + 200, { stream: false, peers: ['a/m', 'b/m'] })
    expect(lengthRatio).toBeLessThan(0.1)
  })
})
