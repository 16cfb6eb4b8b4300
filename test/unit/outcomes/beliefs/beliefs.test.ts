import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Evidence,
  KAPPA,
  posterior,
  SPEED_ROOT,
  SUCCESS_PRIOR,
  TTFT_ROOT,
} from '../../../../src/outcomes/beliefs/beliefs.ts'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'
import { NOTHING, plus, type Sums } from '../../../../src/outcomes/cells/places.ts'
import { CLASS, fault, NOW, outcome } from '../helpers.ts'

const HOUR = 3_600_000
const OTHER = 'chat.lt8k.plain'

const sumsOf = (...values: number[]): Sums => ({
  n: values.length,
  sum: values.reduce((a, b) => a + b, 0),
  squares: values.reduce((a, b) => a + b * b, 0),
})
const believe = (different: Partial<Evidence>) =>
  posterior({ own: NOTHING, endpoint: NOTHING, prior: undefined, peers: [], global: NOTHING, ...different }, TTFT_ROOT)

describe('the posterior', () => {
  it('is (kappa mu0 + n xbar) / (kappa + n) with a map, and sd sigma / sqrt(kappa + n)', () => {
    const own = sumsOf(6, 6.2, 6.4)
    const belief = believe({ own, endpoint: own, prior: { mean: 7, kappa: 8 } })
    expect(belief.mean).toBeCloseTo((8 * 7 + 3 * 6.2) / 11, 10)
    const variance = (5 * TTFT_ROOT.variance + 0.08) / (5 + 2)
    expect(belief.sd).toBeCloseTo(Math.sqrt(variance / 11), 10)
    expect(belief).toMatchObject({ from: 'map', n: 8 })
    expect(believe({ prior: { mean: 7, kappa: 8 } })).toMatchObject({ mean: 7, from: 'map' })
  })

  it('uses kappa 0.5 without a map: one observation outweighs the endpoint', () => {
    const rest = sumsOf(...new Array<number>(1_000).fill(8))
    const own = sumsOf(6)
    const belief = believe({ own, endpoint: plus(rest, own) })
    const k = 1 / (1 / KAPPA + 1 / 1_000)
    expect(belief.mean).toBeCloseTo((k * 8 + 6) / (k + 1), 2)
    expect(belief).toMatchObject({ from: 'cell', n: 1 })
  })

  it('falls back from cell to endpoint to peers to global to a guess', () => {
    const endpoint = sumsOf(6, 6)
    const peers = [sumsOf(7, 7, 7)]
    const global = sumsOf(8, 8, 8, 8)
    expect(believe({ own: sumsOf(5), endpoint, peers, global }).from).toBe('cell')
    expect(believe({ endpoint, peers, global })).toMatchObject({ from: 'endpoint', n: 2 })
    expect(believe({ peers, global })).toMatchObject({ from: 'peers', n: 3 })
    expect(believe({ peers, global }).mean).toBeCloseTo(7, 10)
    expect(believe({ global })).toMatchObject({ from: 'global', n: 4 })
    expect(believe({})).toMatchObject({ from: 'global', n: 0, mean: TTFT_ROOT.mean })
  })

  it('is less sure the further it falls back', () => {
    const many = sumsOf(...new Array<number>(500).fill(6))
    const sds = [
      believe({ own: many, endpoint: many }).sd,
      believe({ endpoint: many }).sd,
      believe({ peers: [many, many] }).sd,
      believe({ global: many }).sd,
    ]
    expect(sds).toEqual([...sds].sort((a, b) => a - b))
    expect(believe({ endpoint: many }).sd).toBeCloseTo(Math.sqrt(TTFT_ROOT.variance / KAPPA), 2)
  })

  it('does not count a cell again as part of its endpoint', () => {
    const own = sumsOf(5, 5)
    const alone = believe({ own, endpoint: own, global: sumsOf(8, 8, 8) })
    expect(alone).toEqual(believe({ own, endpoint: NOTHING, global: sumsOf(8, 8, 8) }))
  })

  it('hears each peer once, however busy', () => {
    const busy = sumsOf(...new Array<number>(10_000).fill(5))
    const quiet = sumsOf(...new Array<number>(50).fill(7))
    expect(believe({ peers: [busy, quiet] }).mean).toBeCloseTo(6, 1)
  })

  it('does not ask peers about a well-known endpoint', () => {
    const many = sumsOf(...new Array<number>(50).fill(6))
    const peers = [sumsOf(9, 9, 9)]
    expect(believe({ own: many, endpoint: many, peers }).mean).toBe(believe({ own: many, endpoint: many }).mean)
  })

  it('learns the spread', () => {
    const wide = Array.from({ length: 400 }, (_, i) => 6 + (i % 2 ? 1.5 : -1.5))
    const narrow = Array.from({ length: 400 }, (_, i) => 6 + (i % 2 ? 0.1 : -0.1))
    const sd = (values: number[]) =>
      believe({ own: sumsOf(...values), endpoint: sumsOf(...values) }).sd * Math.sqrt(400)
    expect(sd(wide)).toBeCloseTo(1.5, 1)
    expect(sd(narrow)).toBeCloseTo(0.1, 1)
  })

  it('stays finite and between what it was told', () => {
    const logs = fc.array(fc.double({ min: 0, max: 13, noNaN: true }), { maxLength: 20 })
    fc.assert(
      fc.property(logs, logs, logs, logs, (own, rest, peer, global) => {
        const belief = believe({
          own: sumsOf(...own),
          endpoint: plus(sumsOf(...own), sumsOf(...rest)),
          peers: [sumsOf(...peer)],
          global: sumsOf(...global),
        })
        const all = [...own, ...rest, ...peer, ...global, TTFT_ROOT.mean]
        expect(belief.mean).toBeGreaterThanOrEqual(Math.min(...all) - 1e-6)
        expect(belief.mean).toBeLessThanOrEqual(Math.max(...all) + 1e-6)
        expect(belief.sd).toBeGreaterThan(0)
      }),
    )
  })
})

describe('beliefs of the book', () => {
  it('are about logarithms of the times and speeds recorded', () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 200; i++) book.record(outcome({ at: NOW + i }))
    const { ttft, speed } = book.beliefs('a/m', CLASS, NOW + 200)
    expect(Math.exp(ttft.mean)).toBeCloseTo(500, -1)
    expect(Math.exp(speed.mean)).toBeCloseTo(50, 0)
    expect(ttft).toMatchObject({ from: 'cell' })
    expect(ttft.n).toBeCloseTo(200, 1)
  })

  it('keep first tokens of streams and whole bodies apart when told which', () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 100; i++) {
      book.record(outcome({ at: NOW + i }))
      book.record(outcome({ at: NOW + i, stream: false, ttftMs: 8_000, totalMs: 8_000 }))
    }
    const mean = (stream?: boolean) =>
      Math.exp(book.beliefs('a/m', CLASS, NOW + 100, stream === undefined ? {} : { stream }).ttft.mean)
    expect(mean(true) / 500).toBeCloseTo(1, 1)
    expect(mean(false) / 8_000).toBeCloseTo(1, 1)
    expect(mean() / 2_000).toBeCloseTo(1, 1)
  })

  it('come from peers that the caller names', () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 50; i++) {
      book.record(outcome({ endpoint: 'b/m', ttftMs: 200, at: NOW + i }))
      book.record(outcome({ endpoint: 'c/other', ttftMs: 9_000, totalMs: 11_000, at: NOW + i }))
    }
    const alone = book.beliefs('a/m', CLASS, NOW + 50).ttft
    const { ttft } = book.beliefs('a/m', CLASS, NOW + 50, { peers: ['a/m', 'b/m', 'unknown/m'] })
    expect(ttft.from).toBe('peers')
    expect(Math.exp(ttft.mean)).toBeCloseTo(200, 0)
    expect(alone.from).toBe('global')
    expect(alone.mean).toBeGreaterThan(ttft.mean)
  })

  it('come from the endpoint for a new class', () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 50; i++) book.record(outcome({ at: NOW + i }))
    expect(book.beliefs('a/m', OTHER, NOW + 50).ttft).toMatchObject({ from: 'endpoint' })
    expect(book.beliefs('new/m', OTHER, NOW + 50).speed).toMatchObject({ from: 'global', n: 0, mean: SPEED_ROOT.mean })
  })

  it('halve times in a week', () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 100; i++) book.record(outcome({ at: NOW }))
    expect(book.beliefs('a/m', CLASS, NOW + 168 * HOUR).ttft.n).toBeCloseTo(50, 5)
    expect(book.beliefs('a/m', CLASS, NOW + 336 * HOUR).ttft.n).toBeCloseTo(25, 5)
    // An old outcome that comes late weighs as if it had come in time.
    book.record(outcome({ at: NOW }), NOW + 168 * HOUR)
    expect(book.beliefs('a/m', CLASS, NOW + 168 * HOUR).ttft.n).toBeCloseTo(50.5, 5)
  })

  it('halve success in 10 minutes, down to the prior', () => {
    const book = new OutcomeBook()
    const success = (now: number) => book.beliefs('a/m', CLASS, now).success
    expect(success(NOW)).toEqual(SUCCESS_PRIOR)
    // With answers in between they are no outage.
    for (let i = 0; i < 16; i++) book.record(i % 2 === 0 ? fault() : outcome())
    const soon = success(NOW).b
    expect(success(NOW + 600_000).b - 4).toBeCloseTo(soon - 8, 2)
    expect(soon - 8).toBeLessThan(1)
  })

  it('do not forgive in minutes what fails now and then for days', () => {
    const book = new OutcomeBook()
    const rate = (now: number) => {
      const { a, b } = book.beliefs('a/m', CLASS, now).success
      return a / (a + b)
    }
    for (let i = 0; i < 200; i++)
      book.record(i % 8 === 0 ? fault({ at: NOW + i * 60_000 }) : outcome({ at: NOW + i * 60_000 }))
    expect(rate(NOW + 12 * HOUR)).toBeGreaterThan(0.87)
    expect(rate(NOW + 12 * HOUR)).toBeLessThan(0.92)
    // Half an hour of nothing but faults is an outage, and counts as one fault of the week.
    const other = new OutcomeBook()
    for (let i = 0; i < 200; i++)
      other.record(i < 30 ? fault({ at: NOW + i * 60_000 }) : outcome({ at: NOW + i * 60_000 }))
    const { a, b } = other.beliefs('a/m', CLASS, NOW + 12 * HOUR).success
    expect(a / (a + b)).toBeGreaterThan(0.97)
  })

  it('doubt in an outage by how long it has lasted, and forget it when it is over', () => {
    const book = new OutcomeBook()
    const mean = (now: number) => {
      const { a, b } = book.beliefs('a/m', CLASS, now).success
      return a / (a + b)
    }
    for (const second of [0, 30, 60]) book.record(fault({ at: NOW + second * 1000 }))
    const certain = mean(NOW + 60_001)
    expect(certain).toBeLessThan(0.02)
    // Twice as long: three in four that it is over, times what the faults leave of success.
    expect(mean(NOW + 120_000)).toBeGreaterThan(0.4)
    expect(mean(NOW + 120_000)).toBeLessThan(0.75 * mean(NOW + 24 * HOUR))
    book.record(outcome({ at: NOW + 120_000 }))
    expect(mean(NOW + 120_000)).toBeGreaterThan(0.975)
  })

  it('keep the faults from before an outage when it is over', () => {
    const book = new OutcomeBook()
    const faults = () => book.beliefs('a/m', CLASS, NOW).success.b
    for (const one of [fault(), outcome(), fault(), outcome()]) book.record(one)
    const before = faults()
    expect(before).toBeGreaterThan(2)
    for (let i = 0; i < 5; i++) book.record(fault())
    book.record(outcome())
    // The outage itself is one fault of the week.
    expect(faults()).toBeCloseTo(before, 0)
  })

  it('take an outage that was in all classes to be over in all of them, once one answers', () => {
    const book = new OutcomeBook()
    const OTHER = 'chat.lt8k.plain'
    const faults = (workload: string) => book.beliefs('a/m', workload, NOW).success.b
    for (const workload of [CLASS, OTHER, CLASS, OTHER]) book.record(fault({ class: workload }))
    book.record(outcome({ class: OTHER }))
    expect(faults(CLASS)).toBeCloseTo(0.1, 1)
    // Not so where only one of them fails.
    for (let i = 0; i < 4; i++) book.record(fault())
    book.record(outcome({ class: OTHER }))
    expect(faults(CLASS)).toBeGreaterThan(3)
  })

  it('let faults in one class lower another one of the same endpoint, and no other endpoint', () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 10; i++) book.record(fault())
    const mean = (endpoint: string, workloadClass: string) => {
      const { a, b } = book.beliefs(endpoint, workloadClass, NOW).success
      return a / (a + b)
    }
    expect(mean('a/m', OTHER)).toBeLessThan(0.5)
    book.record(outcome({ class: OTHER }))
    expect(mean('a/m', OTHER)).toBeGreaterThan(mean('a/m', CLASS))
    expect(mean('b/m', CLASS)).toBeCloseTo(0.975)
  })

  it('caller faults, policy and rate limits change no success', () => {
    const book = new OutcomeBook()
    for (const kind of ['caller_invalid', 'caller_cancelled', 'policy_refused', 'provider_rate_limited'] as const)
      book.record(fault({ kind }))
    expect(book.beliefs('a/m', CLASS, NOW).success).toEqual(SUCCESS_PRIOR)
  })
})

describe('the fast layer', () => {
  const settled = () => {
    const book = new OutcomeBook()
    for (let i = 0; i < 20; i++) book.record(outcome({ at: NOW + i * 1000 }))
    return {
      book,
      now: NOW + 20_000,
      stall: (now: number, workloadClass = CLASS) => book.beliefs('a/m', workloadClass, now).stall,
    }
  }

  it('is 1 when all is as believed, or nothing is known', () => {
    const { stall, now } = settled()
    expect(stall(now)).toBeCloseTo(1, 1)
    const book = new OutcomeBook()
    book.record(outcome({ ttftMs: 30_000, totalMs: 40_000 }))
    expect(book.beliefs('a/m', CLASS, NOW).stall).toBe(1)
    expect(book.beliefs('b/m', CLASS, NOW).stall).toBe(1)
  })

  it('feels a stall in the second slow answer in a row, in all classes', () => {
    const { book, now, stall } = settled()
    book.record(outcome({ at: now, ttftMs: 5_000, totalMs: 7_000 }))
    expect(stall(now)).toBeCloseTo(1, 1)
    book.record(outcome({ at: now + 1000, ttftMs: 5_000, totalMs: 7_000 }))
    expect(stall(now + 1000)).toBeGreaterThan(5)
    expect(stall(now + 1000, OTHER)).toBe(stall(now + 1000))
  })

  it('forgets it with time, and faster with normal answers', () => {
    const { book, now, stall } = settled()
    for (let i = 0; i < 2; i++) book.record(outcome({ at: now, ttftMs: 5_000, totalMs: 7_000 }))
    const peak = stall(now) - 1
    expect(stall(now + 60_000) - 1).toBeCloseTo(peak / Math.E, 5)
    for (let i = 0; i < 15; i++) book.record(outcome({ at: now + i }))
    expect(stall(now + 15)).toBeLessThan(1.5)
    expect(stall(now + 15)).toBeGreaterThanOrEqual(1)
  })
})
