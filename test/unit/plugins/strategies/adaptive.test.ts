import { describe, expect, it } from 'vitest'
import type { Candidate } from '../../../../src/plugins/api.ts'
import { belief, candidate, rank, strategy } from './ranking.ts'

const known = (median: number) => ({ ...belief(median), sd: 0 })

describe('adaptive', async () => {
  const adaptive = await strategy('adaptive', { exploration: 0 })
  const cost = (changes: object, request = {}) => Number(rank(adaptive, [candidate('a', changes)], request).scores.a)
  const perMs = 0.72 / 3_600_000

  it('scores by J = [price + v time + (1 - p) / p (price + v t_detect)] * (1 + (in flight / cap)^3 + 0.01 [2 log2(1 + in flight)])', () => {
    const changes = {
      ttft: known(400),
      speed: known(100),
      success: { a: 9, b: 1 },
      estimatedPrice: 0.002,
      detectMs: 5000,
    }
    const timeMs = 400 + 3000
    const once = 0.002 + perMs * timeMs + (0.1 / 0.9) * (0.002 + perMs * 5000)
    expect(cost(changes)).toBeCloseTo(once, 10)
    expect(cost({ ...changes, inFlight: 5, cap: 10 })).toBeCloseTo(once * 1.175, 10)
    expect(cost({ ...changes, stall: 3 })).toBeCloseTo(once + 2 * perMs * 400, 10)
    // An answer that is none is lost, and has to be asked for again.
    expect(cost({ ...changes, lengthRatio: 0.1 })).toBeCloseTo((once + 0.7 * perMs * 20_000) / 0.3, 10)
  })

  it('puts first what fails every other time but at once, where its answers save more than its failures cost', () => {
    const flaky = (detectMs: number) =>
      candidate('flaky', { ttft: known(300), speed: known(70), success: { a: 5, b: 5 }, detectMs, estimatedPrice: 0 })
    const sure = candidate('sure', { ttft: known(700), speed: known(60), success: { a: 1, b: 0 }, estimatedPrice: 0 })
    const request = { expectedOutputTokens: 150 }
    // In the first order an answer takes 0.5 (300 + 2143) + 0.5 (detect + 3200) ms, in the other 3200 ms.
    expect(rank(adaptive, [flaky(600), sure], request).order[0]).toBe('flaky')
    expect(rank(adaptive, [flaky(900), sure], request).order[0]).toBe('sure')
  })

  it('names an open incident as the cause of what it believes', () => {
    const why = (incident: boolean) => {
      const candidates = [candidate('a', { success: { a: 4, b: 16 }, incident })]
      return rank(adaptive, candidates).why[0]
    }
    expect(why(true)).toContain('20 % succeed (others report an incident)')
    expect(why(false)).not.toContain('incident')
  })

  it('says what else it believes: slow hours, sleep, answers that are ill-formed or short', () => {
    const why = (changes: object, request = {}) => rank(adaptive, [candidate('a', changes)], request).why[0]
    const usual = why({ lately: 1.1, wakingMs: 0, lengthRatio: 0.4, valid: { a: 60, b: 40 } })
    for (const word of ['of late', 'asleep', 'well-formed', 'as long as']) expect(usual).not.toContain(word)
    expect(why({ lately: 1.5 })).toContain(' ms, slow of late, ')
    expect(why({ wakingMs: 15_200 })).toContain(', asleep, wakes in about 15 s, ')
    expect(why({ valid: { a: 60, b: 40 } }, { class: 'chat.lt1k.structured' })).toContain(
      '(60 % of structured answers well-formed)',
    )
    const success = { a: 100, b: 0 }
    expect(why({ success, lengthRatio: 0.1 })).toContain("30 % succeed (answers a tenth as long as its peers')")
    expect(why({ success, lengthRatio: 0.04 })).toContain("12 % succeed (answers 4 % as long as its peers')")
  })

  it('does not wait for tokens that come with the first one', () => {
    const changes = { ttft: known(400), success: { a: 1, b: 0 }, estimatedPrice: 0 }
    expect(cost(changes, { stream: false })).toBeCloseTo(perMs * 400, 12)
    expect(cost({ ...changes, buffered: true })).toBeCloseTo(perMs * 400, 12)
  })

  it('weighs price against time by the value of time', async () => {
    const cheap = candidate('cheap', { estimatedPrice: 0.001, ttft: known(9000) })
    const fast = candidate('fast', { estimatedPrice: 0.004, ttft: known(500) })
    const first = async (options: object) =>
      rank(await strategy('adaptive', { exploration: 0, ...options }), [cheap, fast]).order[0]
    expect(await first({ value_of_time: 0.72 })).toBe('cheap')
    expect(await first({ value_of_time: 7.2 })).toBe('fast')
    expect(await first({ value_of_time: 7.2, objective: 'price' })).toBe('cheap')
    expect(await first({ objective: 'latency' })).toBe('fast')
  })

  it('looks at the objective alone: the first token, or tokens per second', async () => {
    const quick = candidate('quick', { ttft: known(100), speed: known(20) })
    const steady = candidate('steady', { ttft: known(2000), speed: known(200) })
    for (const [objective, first] of [
      ['latency', 'quick'],
      ['throughput', 'steady'],
    ]) {
      expect(rank(await strategy('adaptive', { objective, exploration: 0 }), [quick, steady]).order[0]).toBe(first)
    }
  })

  it('takes an unknown price for the highest known one, and for nothing when none is known', () => {
    const alike = { ttft: known(500), success: { a: 1, b: 0 } }
    const { scores } = rank(adaptive, [
      candidate('cheap', { ...alike, estimatedPrice: 0.001 }),
      candidate('dear', { ...alike, estimatedPrice: 0.01 }),
      candidate('unknown', { ...alike, estimatedPrice: undefined }),
    ])
    expect(scores.unknown).toBe(scores.dear)
    expect(cost({ ...alike, estimatedPrice: undefined })).toBeCloseTo(perMs * 5500, 10)
  })

  it('tries what is little known more often than what is known to be as good, and no more than it may be worth', () => {
    const sure = candidate('sure', { ttft: known(500), estimatedPrice: 0 })
    const chanceOf = (sd: number, median: number) =>
      rank(adaptive, [sure, candidate('new', { ttft: { ...belief(median), sd }, estimatedPrice: 0 })], {
        expectedOutputTokens: 0,
      }).propensities.new!
    expect(chanceOf(1, 700)).toBeGreaterThan(5 * chanceOf(0.4, 700))
    expect(chanceOf(1, 700)).toBeLessThan(0.5)
    expect(chanceOf(0.1, 700)).toBe(0)
  })

  it('tries who was never asked before a peer that is as good, once, and nobody for a guess of the map', () => {
    const sure = candidate('sure', { ttft: known(500), estimatedPrice: 0 })
    const chanceOf = (median: number, from: Candidate['ttft']['from']) =>
      rank(adaptive, [sure, candidate('new', { ttft: { ...belief(median), sd: 0.7, from }, estimatedPrice: 0 })], {
        expectedOutputTokens: 0,
      }).propensities.new!
    expect(chanceOf(550, 'peers')).toBeGreaterThan(0.95)
    expect(chanceOf(550, 'global')).toBeGreaterThan(0.95)
    for (const from of ['cell', 'endpoint', 'map', 'probe', 'unused'] as const) {
      expect(chanceOf(550, from)).toBeLessThan(0.1)
    }
    // Where it cannot be hoped to be better it is left alone.
    expect(chanceOf(900, 'peers')).toBeLessThan(0.01)
  })

  it('keeps every healthy candidate alive with `exploration`, except in a running conversation', async () => {
    const exploring = await strategy('adaptive', { exploration: 0.01 })
    const candidates = [
      candidate('good'),
      candidate('bad', { ttft: known(60_000) }),
      candidate('ill', { ttft: known(60_000), outage: true }),
    ]
    expect(rank(exploring, candidates).propensities).toEqual({
      good: expect.closeTo(0.99, 9),
      bad: expect.closeTo(0.01, 9),
      ill: 0,
    })
    expect(rank(exploring, candidates, { sticky: 'good/model' }).propensities).toEqual({ good: 1, bad: 0, ill: 0 })
  })

  it('gives the same decision for the same seed, in whatever order the candidates come', () => {
    const candidates = ['a', 'b', 'c', 'd', 'e'].map((name, at) =>
      candidate(name, { ttft: { ...belief(400 + 20 * at), sd: 0.5 } }),
    )
    const orders = new Set<string>()
    for (let seed = 1; seed <= 20; seed++) {
      const one = rank(adaptive, candidates, { seed })
      expect(rank(adaptive, candidates.toReversed(), { seed })).toEqual(one)
      orders.add(one.order.join())
    }
    expect(orders.size).toBeGreaterThan(5)
  })
})

describe('the fallbacks of adaptive', async () => {
  const adaptive = await strategy('adaptive', { exploration: 0 })

  it('are asked by how surely they answer, too: rate limits count there and not for the first place', () => {
    const candidates = [
      candidate('best', { ttft: known(400), limited: 0.5 }),
      candidate('limited', { ttft: known(1000), limited: 0.5 }),
      candidate('sure', { ttft: known(3000) }),
    ]
    expect(rank(adaptive, candidates).order).toEqual(['best', 'sure', 'limited'])
  })
})
