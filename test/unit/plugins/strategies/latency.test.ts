import { describe, expect, test } from 'vitest'
import { belief, candidate, rank, strategy } from './ranking.ts'

describe('latency', async () => {
  const latency = await strategy('latency', { exploration: 0 })
  const fast = candidate('fast', { ttft: belief(300) })
  const slow = candidate('slow', { ttft: belief(900) })

  test('is the time to the first token, stretched by a stall, and the time to generate the rest', () => {
    const set = [candidate('a', { ttft: belief(400), speed: belief(50), stall: 2, success: { a: 1, b: 0 } })]
    expect(rank(latency, set, { expectedOutputTokens: 100 }).scores.a).toBeCloseTo(2 * 400 + 2000, 6)
  })

  test('not streaming, the belief is already about the whole body', () => {
    const set = [candidate('a', { ttft: belief(400), success: { a: 1, b: 0 } })]
    expect(rank(latency, set, { stream: false, expectedOutputTokens: 100 }).scores.a).toBeCloseTo(400, 6)
  })

  test('uses the median: a belief that is only less sure costs nothing', () => {
    const unsure = candidate('unsure', { ttft: { ...belief(500), sd: 3, n: 1 } })
    const { scores } = rank(latency, [unsure, candidate('sure')])
    expect(scores.unsure).toBe(scores.sure)
  })

  test('says what it expects', () => {
    expect(rank(latency, [candidate('a', { inFlight: 3 })], { expectedOutputTokens: 60 }).why).toEqual([
      '1500 ms expected, 99 % succeed, 3 in flight',
    ])
  })

  // Each of these is a fault that a peer's latency router had.
  test('new evidence counts at once: no window of its own that could freeze', () => {
    expect(rank(latency, [fast, slow]).order[0]).toBe('fast')
    const turned = [candidate('fast', { ttft: belief(5000) }), slow]
    expect(rank(latency, turned).order[0]).toBe('slow')
    expect(rank(latency, [fast, slow]).order[0]).toBe('fast')
  })

  test('a first token that comes later counts the same whether the answer is long or short', () => {
    for (const expectedOutputTokens of [1, 50, 5000]) {
      const { scores } = rank(latency, [fast, slow], { expectedOutputTokens })
      expect(scores.slow! - scores.fast!).toBeCloseTo(600 / 0.99, 6)
    }
  })

  test('generation speed decides long answers, the first token short ones', () => {
    const set = [
      candidate('quick-start', { ttft: belief(200), speed: belief(30) }),
      candidate('quick-rest', { ttft: belief(1500), speed: belief(120) }),
    ]
    expect(rank(latency, set, { expectedOutputTokens: 5 }).order[0]).toBe('quick-start')
    expect(rank(latency, set, { expectedOutputTokens: 2000 }).order[0]).toBe('quick-rest')
  })

  test('no output tokens expected: nothing is divided by zero', () => {
    const { scores, order } = rank(latency, [fast, slow], { expectedOutputTokens: 0 })
    expect(order[0]).toBe('fast')
    for (const score of Object.values(scores)) expect(score).toBeGreaterThan(0)
  })

  test('every kind of failure makes an endpoint dearer, not only timeouts', () => {
    const failing = candidate('failing', { ttft: belief(300), success: { a: 20, b: 80 } })
    expect(rank(latency, [failing, slow]).order[0]).toBe('slow')
  })

  test('one that was never tried is not the fastest for that', () => {
    const unseen = candidate('unseen', { ttft: { mean: Math.log(800), sd: 1.5, n: 0, from: 'global' } })
    expect(rank(latency, [unseen, fast]).order[0]).toBe('fast')
  })

  test.each([Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])(
    'a belief of %d does not make it the fastest',
    (mean) => {
      for (const broken of [{ ttft: { ...belief(1), mean } }, { speed: { ...belief(1), mean } }]) {
        expect(rank(latency, [candidate('broken', broken), slow]).order[0]).toBe('slow')
      }
    },
  )

  test('a slow stretch is seen before the beliefs have moved', () => {
    expect(rank(latency, [candidate('stalled', { ttft: belief(300), stall: 30 }), slow]).order[0]).toBe('slow')
  })

  test('those within the buffer of the best share the traffic, so that none is overrun', () => {
    const set = [candidate('a'), candidate('b', { ttft: belief(520) }), candidate('far', { ttft: belief(5000) })]
    const { propensities } = rank(latency, set)
    expect(propensities).toEqual({ a: 0.5, b: 0.5, far: 0 })
    const firsts = new Set(Array.from({ length: 50 }, (_, seed) => rank(latency, set, { seed }).order[0]))
    expect(firsts).toEqual(new Set(['a', 'b']))
  })

  test('the buffer can be chosen', async () => {
    const exact = await strategy('latency', { exploration: 0, buffer: 0 })
    expect(rank(exact, [candidate('a'), candidate('b', { ttft: belief(501) })]).propensities).toEqual({ a: 1, b: 0 })
    const wide = await strategy('latency', { exploration: 0, buffer: 5 })
    expect(rank(wide, [candidate('a'), candidate('b', { ttft: belief(1500) })]).propensities).toEqual({
      a: 0.5,
      b: 0.5,
    })
  })

  test('a crowd near the cap is avoided before it costs a 429', () => {
    const crowded = candidate('crowded', { ttft: belief(300), inFlight: 10, cap: 10 })
    const { order, scores } = rank(latency, [crowded, candidate('calm')], { expectedOutputTokens: 0 })
    expect(order[0]).toBe('calm')
    expect(scores.crowded).toBeCloseTo((300 / 0.99) * 2, 6)
  })

  test('the fallbacks are in order of cost', () => {
    const set = [3000, 200, 1000].map((ms) => candidate(`${ms}`, { ttft: belief(ms) }))
    expect(rank(latency, set).order).toEqual(['200', '1000', '3000'])
  })

  describe('exploration', async () => {
    const exploring = await strategy('latency')

    test('tries any without an outage one time in a hundred, and says so in the propensities', () => {
      const set = [fast, slow, candidate('out', { ttft: belief(100), outage: true, success: { a: 1, b: 9 } })]
      const { propensities } = rank(exploring, set)
      expect(propensities.fast).toBeCloseTo(0.995, 12)
      expect(propensities.slow).toBeCloseTo(0.005, 12)
      expect(propensities.out).toBe(0)
      const explored = Array.from({ length: 3000 }, (_, seed) => rank(exploring, set, { seed })).filter(
        ({ order }) => order[0] === 'slow',
      )
      expect(explored.length).toBeGreaterThan(2)
      expect(explored[0]!.why[0]).toMatch(/, explored$/)
    })

    test('leaves running conversations alone', () => {
      expect(rank(exploring, [fast, slow], { sticky: 'session' }).propensities).toEqual({ fast: 1, slow: 0 })
    })
  })
})
