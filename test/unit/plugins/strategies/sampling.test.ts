import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawOrder, shares, tiersBy } from '../../../../src/plugins/strategies/sampling.ts'
import { seeded } from '../../../../src/plugins/testing/check.ts'

const anyWeight = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e308, 5e-324),
  fc.double({ min: 0, max: 10 }),
)

describe('shares', () => {
  test('are in proportion to the weights', () => {
    expect(shares([1, 3, 0])).toEqual([0.25, 0.75, 0])
  })

  test('are the same for all when no weight is positive', () => {
    expect(shares([0, -1, Number.NaN, Number.POSITIVE_INFINITY])).toEqual([0.25, 0.25, 0.25, 0.25])
  })

  test('sum to one whatever the weights', () => {
    fc.assert(
      fc.property(fc.array(anyWeight, { minLength: 1, maxLength: 20 }), (weights) => {
        const all = shares(weights)
        for (const share of all) expect(share).toBeGreaterThanOrEqual(0)
        expect(all.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
      }),
    )
  })
})

describe('drawOrder', () => {
  test('is a permutation whatever the weights', () => {
    fc.assert(
      fc.property(fc.array(anyWeight, { maxLength: 20 }), fc.integer(), (weights, seed) => {
        expect(drawOrder(weights, seeded(seed)).toSorted((a, b) => a - b)).toEqual([...weights.keys()])
      }),
    )
  })

  test('weightless ones come last', () => {
    const random = seeded(1)
    for (let draw = 0; draw < 100; draw += 1)
      expect(drawOrder([0, 1e-9, 0, 5], random).slice(2).toSorted()).toEqual([0, 2])
  })

  test('draws each place in proportion to the weights of those that are left', () => {
    const random = seeded(3)
    const draws = 20_000
    const counts = new Map<string, number>()
    for (let draw = 0; draw < draws; draw += 1) {
      const order = drawOrder([1, 2, 3], random).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    // P(i first) * P(j first of the rest), e.g. 3/6 * 2/3 for "210".
    const expected = { '210': 1 / 3, '201': 1 / 6, '120': 1 / 4, '102': 1 / 12, '021': 1 / 10, '012': 1 / 15 }
    for (const [order, probability] of Object.entries(expected)) {
      expect(Math.abs((counts.get(order) ?? 0) / draws - probability)).toBeLessThan(
        5 * Math.sqrt((probability * (1 - probability)) / draws),
      )
    }
  })
})

test('tiersBy groups equals and puts what is not a number last', () => {
  expect(tiersBy([3, Number.NaN, 1, 3, Number.NEGATIVE_INFINITY], (value) => value)).toEqual([
    [Number.NEGATIVE_INFINITY],
    [1],
    [3, 3],
    [Number.NaN],
  ])
})
