import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { locate, sampleOf, weightedMedian } from '../../../../src/hub/aggregate/location.ts'
import { capWeights } from '../../../../src/hub/aggregate/weights.ts'

const ones = (count: number) => new Array<number>(count).fill(1)

describe('locate', () => {
  it('gives the middle of a sample, and its robust standard deviation', () => {
    const values = Array.from({ length: 101 }, (_, at) => at / 10)
    const { center, spread } = locate(sampleOf(values, ones(101)), 0.01)
    expect(center).toBeCloseTo(5, 3)
    expect(spread).toBeCloseTo(1.4826 * 2.5, 1)
  })

  it('hears nothing of a quarter that is far away', () => {
    const values = [1, 1.1, 1.2, 1.3, 1.4, 1.5, 100, 100]
    const { center, high } = locate(sampleOf(values, ones(8)), 0.01)
    expect(center).toBeCloseTo(1.25, 1)
    expect(high).toBeLessThan(100)
  })

  it('does not divide by a spread of nothing', () => {
    const { center, scale } = locate(sampleOf([3, 3, 3, 3, 9], ones(5)), 0.05)
    expect([center, scale]).toEqual([3, 0.05])
  })

  it('moves with its values, whatever their order', () => {
    const sample = fc.array(
      fc.tuple(fc.double({ min: -10, max: 10, noNaN: true }), fc.double({ min: 0.1, max: 1, noNaN: true })),
      {
        minLength: 5,
        maxLength: 40,
      },
    )
    fc.assert(
      fc.property(sample, (pairs) => {
        const at = (list: typeof pairs, shift: number) =>
          locate(
            sampleOf(
              list.map(([value]) => value + shift),
              list.map(([, weight]) => weight),
            ),
            0.05,
          ).center
        const center = at(pairs, 0)
        expect(center).toBeGreaterThanOrEqual(Math.min(...pairs.map(([value]) => value)) - 1e-6)
        expect(center).toBeLessThanOrEqual(Math.max(...pairs.map(([value]) => value)) + 1e-6)
        expect(at([...pairs].reverse(), 0)).toBeCloseTo(center, 5)
      }),
    )
  })
})

describe('weightedMedian', () => {
  it('counts weights', () => {
    expect(weightedMedian(sampleOf([1, 2, 3], [1, 1, 5]))).toBe(3)
    expect(weightedMedian(sampleOf([1, 2], [1, 1]))).toBe(1.5)
    expect(weightedMedian(sampleOf([], []))).toBeNaN()
  })
})

describe('capWeights', () => {
  it('leaves weights that nobody dominates', () => {
    expect([...capWeights([1, 2, 2, 1])]).toEqual([1, 2, 2, 1])
  })

  it('cuts to 35 % of what is then the sum, and no further down than others need', () => {
    const capped = capWeights([100, 1, 1, 1, 1])
    const sum = capped.reduce((total, weight) => total + weight, 0)
    expect(capped[0]! / sum).toBeCloseTo(0.35, 9)
    expect([...capped.slice(1)]).toEqual([1, 1, 1, 1])
  })

  it('gives two at the limit the same', () => {
    const capped = capWeights([100, 60, 1, 1, 1])
    expect(capped[0]).toBeCloseTo(capped[1]!, 9)
    expect([...capWeights([9, 1])]).toEqual([1, 1])
  })

  it('caps whatever the weights', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 }),
        (weights) => {
          const capped = capWeights(weights)
          const sum = capped.reduce((total, weight) => total + weight, 0)
          const share = Math.max(0.35, 1 / weights.length)
          for (const [at, weight] of capped.entries()) {
            expect(weight / sum).toBeLessThanOrEqual(share * (1 + 1e-9))
            expect(weight).toBeGreaterThan(0)
            expect(weight).toBeLessThanOrEqual(Math.max(1, weights[at]!) * (1 + 1e-9))
          }
        },
      ),
    )
  })
})
