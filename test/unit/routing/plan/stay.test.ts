import { describe, expect, test } from 'vitest'
import type { Belief, Candidate, RouteRequest } from '../../../../src/plugins/api.ts'
import { PlannedRoute } from '../../../../src/routing/plan/planned-route.ts'
import { RankedRoute } from '../../../../src/routing/plan/ranked-route.ts'
import { stay } from '../../../../src/routing/plan/stay.ts'

const belief = (value: number, from: Belief['from'] = 'cell'): Belief => ({
  mean: Math.log(value),
  sd: 0.1,
  n: 20,
  from,
})
const REQUEST: RouteRequest = { class: 'chat.lt1k.plain', inputTokens: 500, expectedOutputTokens: 100, stream: true }

function placed(id: string, propensity: number, more: Partial<Candidate> = {}): PlannedRoute {
  const endpoint = { id, provider: id.split('/')[0]!, model: 'm', weight: 1 }
  const candidate: Candidate = {
    endpoint,
    position: 0,
    ttft: belief(500),
    speed: belief(100),
    success: { a: 99, b: 1 },
    estimatedPrice: 0.001,
    stall: 1,
    inFlight: 0,
    cap: Number.POSITIVE_INFINITY,
    health: 'closed',
    outage: false,
    lastPicked: 0,
    ...more,
  }
  const provider = { id: endpoint.provider, adapter: {} as never, secrets: [] }
  const route = { endpoint, provider, limits: {}, position: 0 }
  const ranked = { endpoint, score: 1, propensity, why: 'ranked' }
  return new PlannedRoute(new RankedRoute(route, candidate, 'm', ranked), 0)
}

const orderOf = (entries: readonly PlannedRoute[]) =>
  entries.map(({ endpoint, propensity }) => [endpoint.id, propensity])

describe('a conversation', () => {
  test('stays although the strategy prefers another that is as good', () => {
    const result = stay([placed('a/m', 0.9), placed('b/m', 0.1), placed('home/m', 0)], 'home/m', REQUEST)
    expect(orderOf(result)).toEqual([
      ['home/m', 1],
      ['a/m', 0],
      ['b/m', 0],
    ])
    expect(result[0]?.why).toBe('conversation stays here')
  })

  test('leaves for the first choice when that costs less than 0.8 of it', () => {
    const slow = { ttft: belief(20_000) }
    const result = stay([placed('a/m', 0.7), placed('b/m', 0.2, slow), placed('home/m', 0.1, slow)], 'home/m', REQUEST)
    expect(orderOf(result).map(([id]) => id)).toEqual(['a/m', 'b/m', 'home/m'])
    expect(result[0]?.why).toBe("ranked; clearly better than the conversation's home")
    expect(result.map(({ propensity }) => propensity)).toEqual([0.7, 0, expect.closeTo(0.3)])
  })

  test('stays when one that is clearly better exists but is not the first choice of this draw', () => {
    const slow = { ttft: belief(20_000) }
    const result = stay([placed('b/m', 0.2, slow), placed('a/m', 0.7), placed('home/m', 0.1, slow)], 'home/m', REQUEST)
    expect(orderOf(result)).toEqual([
      ['home/m', expect.closeTo(0.3)],
      ['b/m', 0],
      ['a/m', 0.7],
    ])
  })

  test('weighs the price with the cache in it, when both are known', () => {
    const ranked = (home: number | undefined) => [
      placed('a/m', 1, { estimatedPrice: 0.003 }),
      placed('home/m', 0, { estimatedPrice: home }),
    ]
    expect(stay(ranked(0.01), 'home/m', REQUEST)[0]?.endpoint.id).toBe('a/m')
    expect(stay(ranked(0.002), 'home/m', REQUEST)[0]?.endpoint.id).toBe('home/m')
    expect(stay(ranked(undefined), 'home/m', REQUEST)[0]?.endpoint.id).toBe('home/m')
  })

  test('does not leave for hearsay, nor for an endpoint with an outage', () => {
    const home = () => placed('home/m', 0, { ttft: belief(20_000) })
    expect(stay([placed('a/m', 1, { ttft: belief(100, 'peers') }), home()], 'home/m', REQUEST)[0]?.endpoint.id).toBe(
      'home/m',
    )
    expect(stay([placed('a/m', 1, { outage: true }), home()], 'home/m', REQUEST)[0]?.endpoint.id).toBe('home/m')
    expect(stay([placed('a/m', 1, { ttft: belief(100, 'map') }), home()], 'home/m', REQUEST)[0]?.endpoint.id).toBe(
      'a/m',
    )
  })

  test('a home with an outage, or one that is not eligible, keeps nothing', () => {
    const ranked = [placed('a/m', 0.6), placed('home/m', 0.4, { outage: true })]
    expect(orderOf(stay(ranked, 'home/m', REQUEST))).toEqual(orderOf(ranked))
    expect(orderOf(stay(ranked, 'gone/m', REQUEST))).toEqual(orderOf(ranked))
    expect(stay([], 'gone/m', REQUEST)).toEqual([])
  })

  test('propensities sum to one whatever the order', () => {
    const entries = [
      placed('a/m', 0.5),
      placed('b/m', 0.3, { ttft: belief(100) }),
      placed('home/m', 0.2, { ttft: belief(5000) }),
    ]
    for (const order of [
      [0, 1, 2],
      [1, 0, 2],
      [2, 1, 0],
      [2, 0, 1],
    ]) {
      const result = stay(
        order.map((at) => entries[at]!),
        'home/m',
        REQUEST,
      )
      expect(result.reduce((sum, { propensity }) => sum + propensity, 0)).toBeCloseTo(1)
    }
  })
})
