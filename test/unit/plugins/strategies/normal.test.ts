import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cdf, drawNormals, smallestChances } from '../../../../src/plugins/strategies/normal.ts'
import { seeded } from '../../../../src/plugins/testing/check.ts'

function normals(count: number, random: () => number): Float64Array {
  const drawn = new Float64Array(count)
  drawNormals(drawn, count, random)
  return drawn
}

describe('the standard normal', () => {
  it.each([
    [0, 0.5],
    [1, 0.841344746],
    [-1.959963985, 0.025],
    [3.090232306, 0.999],
    [-4.753424309, 1e-6],
    [-50, 0],
    [50, 1],
  ])('below %d: %d', (z, chance) => expect(cdf(z)).toBeCloseTo(chance, 5))

  it('draws with mean 0 and variance 1', () => {
    const draws = normals(40_000, seeded(3))
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
    const variance = draws.reduce((sum, draw) => sum + draw * draw, 0) / draws.length
    expect(Math.abs(mean)).toBeLessThan(0.02)
    expect(Math.abs(variance - 1)).toBeLessThan(0.03)
  })
})

describe('the chance to be the smallest', () => {
  const simulated = (means: readonly number[], sds: readonly number[]) => {
    const random = seeded(11)
    const drawn = new Float64Array(means.length)
    const wins = means.map(() => 0)
    const count = 200_000
    for (let i = 0; i < count; i++) {
      let best = 0
      let least = Number.POSITIVE_INFINITY
      drawNormals(drawn, means.length, random)
      for (let k = 0; k < means.length; k++) {
        const value = means[k]! + sds[k]! * drawn[k]!
        if (value < least) [best, least] = [k, value]
      }
      wins[best]! += 1 / count
    }
    return wins
  }

  it.each([
    ['alike', [0, 0, 0], [1, 1, 1]],
    ['two', [0, 0.3], [0.5, 0.1]],
    ['narrow ones and a wide one', [0, 0.004, 0.5], [0.002, 0.002, 0.5]],
    [
      'ten of all sorts',
      [0, 0.1, 0.2, 0.3, 0.4, 0.5, 1, 2, 0.05, 0.6],
      [0.3, 0.02, 0.5, 0.1, 1, 0.2, 0.9, 0.1, 0.05, 0.7],
    ],
    ['known exactly among unknown', [-1, 0, 0], [1e-4, 1, 1]],
  ])('%s: as drawn', (_, means, sds) => {
    const drawn = simulated(means, sds)
    smallestChances(means, sds).forEach((chance, at) => {
      expect(Math.abs(chance - drawn[at]!)).toBeLessThan(0.006)
    })
  })

  it('sums to one, and is larger for the smaller mean at the same sd', () => {
    const numbers = fc.array(
      fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: 1e-4, max: 3, noNaN: true })),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    fc.assert(
      fc.property(numbers, (pairs) => {
        const chances = smallestChances(
          pairs.map(([mean]) => mean),
          pairs.map(([, sd]) => sd),
        )
        expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 9)
        expect(Math.min(...chances)).toBeGreaterThanOrEqual(0)
      }),
    )
    const [a, b, c] = smallestChances([0, 0.1, 0.2], [0.3, 0.3, 0.3])
    expect(a).toBeGreaterThan(b!)
    expect(b).toBeGreaterThan(c!)
  })
})
