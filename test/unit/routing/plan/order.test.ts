import { describe, expect, test } from 'vitest'
import { REQUEST } from '../../../../src/plugins/testing/candidates.ts'
import { applyPreferences, sortCandidates } from '../../../../src/routing/plan/order.ts'
import type { PlannedRoute } from '../../../../src/routing/plan/planned-route.ts'
import { parsePreferences } from '../../../../src/routing/resolve/preferences.ts'
import { belief, orderOf, placed } from '../support.ts'

const apply = (entries: readonly PlannedRoute[], provider: unknown, home?: string) =>
  applyPreferences(entries, parsePreferences(provider), home, REQUEST)

describe('provider.sort', () => {
  const candidates = [
    placed('slow', 0, { position: 0, ttft: belief(900), speed: belief(10), estimatedPrice: 0.001 }),
    placed('unpriced', 0, { position: 1, ttft: belief(200), speed: belief(50), estimatedPrice: undefined }),
    placed('stalling', 0, { position: 2, ttft: belief(100), stall: 20, speed: belief(90), estimatedPrice: 0.003 }),
    placed('even', 0, { position: 3, ttft: belief(900), speed: belief(10), estimatedPrice: 0.001 }),
  ].map((entry) => ({ ...entry.candidate }))
  test.each([
    ['price', ['slow', 'even', 'stalling', 'unpriced']],
    ['throughput', ['stalling', 'unpriced', 'slow', 'even']],
    ['latency', ['unpriced', 'slow', 'even', 'stalling']],
  ] as const)('%s', (key, expected) => {
    const sorted = sortCandidates(candidates, key)
    expect(sorted.map(({ endpoint }) => endpoint.provider)).toEqual(expected)
    expect(sorted.map(({ propensity }) => propensity)).toEqual([1, 0, 0, 0])
  })
})

describe('provider.order', () => {
  const ranked = [placed('a', 0.5), placed('b', 0.3), placed('c', 0.2, {}, 'eu'), placed('c', 0, {}, 'us')]
  test.each<[string, unknown, (string | number)[][]]>([
    [
      'nobody',
      { order: ['x'] },
      [
        ['a', 0.5],
        ['b', 0.3],
        ['c', 0.2],
        ['c', 0],
      ],
    ],
    [
      'one',
      { order: ['b'] },
      [
        ['b', 1],
        ['a', 0],
        ['c', 0],
        ['c', 0],
      ],
    ],
    [
      'two, and somebody unknown',
      { order: ['c', 'x', 'b'] },
      [
        ['c', 1],
        ['c', 0],
        ['b', 0],
        ['a', 0],
      ],
    ],
    [
      'a region',
      { order: ['c/us'] },
      [
        ['c', 1],
        ['a', 0],
        ['b', 0],
        ['c', 0],
      ],
    ],
    ['no fallbacks', { allow_fallbacks: false }, [['a', 0.5]]],
  ])('%s', (_, provider, expected) => expect(orderOf(apply(ranked, provider))).toEqual(expected))

  test('comes before the home of the conversation', () => {
    expect(orderOf(apply(ranked, { order: ['b'] }, 'a/model'))[0]).toEqual(['b', 1])
    expect(orderOf(apply(ranked, {}, 'b/model'))[0]).toEqual(['b', 1])
  })
})

describe('preferred_*', () => {
  const ranked = [
    placed('slow', 0.6, { speed: belief(10) }),
    placed('late', 0.3, { ttft: belief(4000) }),
    placed('good', 0.1),
  ]
  test.each<[string, unknown, (string | number)[][]]>([
    [
      'throughput',
      { preferred_min_throughput: 20 },
      [
        ['late', 0.75],
        ['good', 0.25],
        ['slow', 0],
      ],
    ],
    [
      'latency in seconds',
      { preferred_max_latency: 2 },
      [
        ['slow', 0.6 / 0.7],
        ['good', 0.1 / 0.7],
        ['late', 0],
      ],
    ],
    [
      'both',
      { preferred_min_throughput: 20, preferred_max_latency: 2 },
      [
        ['good', 1],
        ['slow', 0],
        ['late', 0],
      ],
    ],
    [
      'met by none',
      { preferred_min_throughput: 2000 },
      [
        ['slow', 0.6],
        ['late', 0.3],
        ['good', 0.1],
      ],
    ],
    [
      'met by all',
      { preferred_min_throughput: 1 },
      [
        ['slow', 0.6],
        ['late', 0.3],
        ['good', 0.1],
      ],
    ],
  ])('%s', (_, provider, expected) => {
    const close = expected.map(([name, propensity]) => [name, expect.closeTo(propensity as number, 9)])
    expect(orderOf(apply(ranked, provider))).toEqual(close)
  })
})
