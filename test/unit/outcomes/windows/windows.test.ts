import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'
import type { Window } from '../../../../src/outcomes/types.ts'
import { runs } from '../../../helpers/properties.ts'
import { CLASS, fault, NOW, outcome } from '../helpers.ts'

const WINDOWS: readonly Window[] = [30, 300, 1800, 86_400]
/** How much further back than asked for a window may reach. */
const SLOT: Record<Window, number> = { 30: 5_000, 300: 60_000, 1800: 300_000, 86400: 3_600_000 }

const requests = (book: OutcomeBook, now: number, endpoint: string | undefined = 'a/m') =>
  WINDOWS.map((seconds) => book.window(endpoint, undefined, seconds, now).requests)

describe('windows', () => {
  it('hold counts, quantiles, tokens and cost', () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 9; i++) book.record(outcome({ at: NOW + i }))
    book.record(fault({ at: NOW + 9 }))
    const stats = book.window('a/m', CLASS, 30, NOW + 10)
    expect(stats).toMatchObject({
      requests: 10,
      kinds: { ok: 9, provider_error: 1 },
      successRate: 0.9,
      inputTokens: 1800,
      outputTokens: 900,
    })
    expect(stats.cacheReadTokens).toBe(450)
    expect(stats.costUsd).toBeCloseTo(0.009)
    expect(stats.ttftMs).toMatchObject({ n: 9 })
    expect(stats.ttftMs!.p50 / 500).toBeCloseTo(1, 0)
    expect(stats.totalMs).toMatchObject({ n: 9 })
    expect(stats.tokensPerSecond).toMatchObject({ n: 9 })
  })

  it('are empty without data', () => {
    expect(new OutcomeBook().window('a/m', undefined, 30, NOW)).toEqual({
      requests: 0,
      kinds: {},
      inputTokens: 0,
      outputTokens: 0,
      cacheReadTokens: 0,
      costUsd: 0,
    })
  })

  it('merge over classes and over endpoints', () => {
    const book = new OutcomeBook()
    book.record(outcome())
    book.record(outcome({ class: 'embedding.lt1k.plain' }))
    book.record(outcome({ endpoint: 'b/m' }))
    expect(book.window('a/m', CLASS, 300, NOW).requests).toBe(1)
    expect(book.window('a/m', undefined, 300, NOW).requests).toBe(2)
    expect(book.window(undefined, CLASS, 300, NOW).requests).toBe(2)
    expect(book.window(undefined, undefined, 300, NOW).requests).toBe(3)
  })

  it('forget, each in its time', () => {
    const book = new OutcomeBook()
    book.record(outcome())
    expect(requests(book, NOW)).toEqual([1, 1, 1, 1])
    expect(requests(book, NOW + 60_000)).toEqual([0, 1, 1, 1])
    expect(requests(book, NOW + 600_000)).toEqual([0, 0, 1, 1])
    expect(requests(book, NOW + 7_200_000)).toEqual([0, 0, 0, 1])
    expect(requests(book, NOW + 26 * 3_600_000)).toEqual([0, 0, 0, 0])
  })

  it('hold all that is within them and nothing older than a slot more, whatever the order and the pruning', () => {
    const events = fc.array(
      fc.record({
        ago: fc.integer({ min: 0, max: 90_000_000 }),
        late: fc.integer({ min: 0, max: 4_000_000 }),
        prune: fc.boolean(),
      }),
      {
        maxLength: 60,
      },
    )
    fc.assert(
      fc.property(events, (list) => {
        const book = new OutcomeBook()
        // By the time at which each becomes known; some are known late.
        const known = list
          .map(({ ago, late, prune }) => ({ at: NOW - ago, now: Math.min(NOW, NOW - ago + late), prune }))
          .sort((a, b) => a.now - b.now)
        for (const { at, now, prune } of known) {
          book.record(outcome({ at }), now)
          if (prune) book.prune(now)
        }
        for (const seconds of WINDOWS) {
          const start = NOW - seconds * 1000
          const { requests: found } = book.window('a/m', undefined, seconds, NOW)
          expect(found).toBeGreaterThanOrEqual(known.filter(({ at }) => at > start).length)
          expect(found).toBeLessThanOrEqual(known.filter(({ at }) => at > start - SLOT[seconds]).length)
        }
      }),
      { numRuns: runs(200) },
    )
  })

  it('put an outcome that another process hands over where it belongs', () => {
    const book = new OutcomeBook()
    book.record(outcome({ at: NOW }))
    book.record(outcome({ at: NOW - 1_200_000 }), NOW)
    expect(requests(book, NOW)).toEqual([1, 1, 2, 2])
  })
})

describe('what counts', () => {
  const stats = (...list: Parameters<OutcomeBook['record']>[0][]) => {
    const book = new OutcomeBook()
    for (const each of list) book.record(each)
    return book.window('a/m', CLASS, 30, NOW)
  }

  it('neither the caller, nor policy, nor a rate limit enters success', () => {
    for (const kind of [
      'caller_invalid',
      'caller_too_long',
      'caller_cancelled',
      'policy_refused',
      'provider_rate_limited',
      'router_error',
    ] as const) {
      expect(stats(outcome(), fault({ kind })).successRate).toBe(1)
      expect(stats(fault({ kind })).successRate).toBeUndefined()
    }
    for (const kind of ['provider_error', 'provider_overloaded', 'provider_auth', 'provider_timeout_idle'] as const) {
      expect(stats(outcome(), fault({ kind })).successRate).toBe(0.5)
    }
  })

  it('times come from good answers, and the first token also from one that was cut', () => {
    const cut = stats(outcome({ kind: 'provider_truncated' }))
    expect(cut.ttftMs?.n).toBe(1)
    expect(cut.totalMs).toBeUndefined()
    expect(cut.tokensPerSecond).toBeUndefined()
    const failed = stats(outcome({ kind: 'provider_error' }))
    expect(failed.ttftMs).toBeUndefined()
    expect(stats(outcome({ kind: 'caller_cancelled' })).outputTokens).toBe(100)
  })

  it('no speed is learned from a stream that was not one, or from a whole body', () => {
    expect(stats(outcome({ ttftMs: 2_499 })).tokensPerSecond).toBeUndefined()
    expect(stats(outcome({ ttftMs: 9_900, totalMs: 10_000 })).tokensPerSecond).toBeUndefined()
    expect(stats(outcome({ stream: false, ttftMs: 2_500 })).tokensPerSecond).toBeUndefined()
    expect(stats(outcome()).tokensPerSecond?.n).toBe(1)
  })

  it('nonsense is left out', () => {
    const odd = stats(
      outcome({ ttftMs: Number.NaN, totalMs: -1, tokensPerSecond: Number.POSITIVE_INFINITY, costUsd: Number.NaN }),
    )
    expect(odd).toMatchObject({ requests: 1, costUsd: 0 })
    expect(odd.ttftMs ?? odd.totalMs ?? odd.tokensPerSecond).toBeUndefined()
    const book = new OutcomeBook()
    book.record(outcome({ endpoint: 'x'.repeat(10_000) }))
    book.record(outcome({ kind: 'unheard_of' as 'ok' }))
    expect(book.size).toBe(0)
  })
})

describe('clocks', () => {
  it('a clock set back by days goes unnoticed', () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 10; i++) book.record(outcome({ at: NOW + i * 1000 }))
    const back = NOW - 5 * 86_400_000
    for (let i = 0; i < 10; i++) book.record(outcome({ at: back + i * 1000 }))
    expect(requests(book, back + 10_000)).toEqual([20, 20, 20, 20])
    expect(requests(book, back + 60_000)).toEqual([0, 20, 20, 20])
    expect(book.endpoints()[0]!.lastAt).toBe(back + 9_000)
    expect(book.beliefs('a/m', CLASS, back + 10_000).ttft.n).toBeCloseTo(20, 1)
  })

  it('a clock that jumps ahead and back again corrupts nothing', () => {
    const book = new OutcomeBook()
    book.record(outcome())
    book.record(outcome({ at: NOW + 400 * 86_400_000 }))
    for (let i = 0; i < 5; i++) book.record(outcome({ at: NOW + i * 1000 }))
    expect(requests(book, NOW + 5_000)).toEqual([6, 6, 6, 6])
    const { ttft, success } = book.beliefs('a/m', CLASS, NOW + 5_000)
    for (const number of [ttft.mean, ttft.sd, ttft.n, success.a, success.b]) expect(Number.isFinite(number)).toBe(true)
  })

  it('any sequence of times leaves finite numbers and a state that can be saved', () => {
    const anyTime = fc.oneof(fc.double(), fc.integer(), fc.integer({ min: NOW - 1e9, max: NOW + 1e9 }))
    fc.assert(
      fc.property(fc.array(fc.tuple(anyTime, anyTime), { maxLength: 30 }), (list) => {
        const book = new OutcomeBook()
        for (const [at, now] of list) book.record(outcome({ at }), now)
        const restored = new OutcomeBook()
        expect(restored.restore(JSON.parse(JSON.stringify(book.snapshot(NOW))))).toBe(0)
        const { ttft, speed, success, stall } = restored.beliefs('a/m', CLASS, NOW)
        for (const number of [ttft.mean, ttft.sd, speed.mean, speed.sd, success.a, success.b, stall])
          expect(Number.isFinite(number)).toBe(true)
        expect(success.a).toBeGreaterThan(0)
        expect(success.b).toBeGreaterThan(0)
      }),
    )
  })
})
