import { describe, expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { Ratio, student975 } from '../../../../src/replay/log/ratio.ts'

const HOUR = 3_600_000
const ratioOf = (pairs: readonly (readonly [time: number, a: number, b: number])[]): Ratio => {
  const ratio = new Ratio()
  for (const [time, a, b] of pairs) ratio.add(time, a, b)
  return ratio
}

test('the quantile of Student’s t agrees with the tables', () => {
  for (const [freedom, quantile] of [
    [5, 2.5706],
    [10, 2.2281],
    [30, 2.0423],
    [120, 1.9799],
    [Number.POSITIVE_INFINITY, 1.96],
  ] as const) {
    expect(student975(freedom)).toBeCloseTo(quantile, 2)
  }
})

test('a mean and its interval, by hand', () => {
  const ratio = ratioOf([1, 2, 3, 4, 5].map((value) => [0, value, 1]))
  const { value, ci95 } = ratio.estimate()!
  const error = Math.sqrt(2.5 / 5)
  expect(value).toBe(3)
  expect((ci95[1] - ci95[0]) / 2).toBeCloseTo(error * student975(4), 10)
  // What is said to be unseen widens it, as independent errors add up.
  expect((ratio.estimate(4, 2)!.ci95[1] - 3) / student975(4)).toBeCloseTo(Math.hypot(error, 2), 10)
})

test('nothing, or one observation, has no interval', () => {
  expect(new Ratio().estimate()).toBeUndefined()
  expect(ratioOf([[0, 1, 1]]).estimate()).toBeUndefined()
  expect(
    ratioOf([
      [0, 1, 0],
      [0, 2, 0],
    ]).estimate(),
  ).toBeUndefined()
})

describe('against the bootstrap', () => {
  /** Half the width of the interval of 1,000 resamples of whole groups. */
  const bootstrapped = (groups: readonly (readonly (readonly [number, number, number])[])[]): number => {
    const random = seeded(3)
    const values = Array.from({ length: 1000 }, () => {
      let a = 0
      let b = 0
      for (let draw = 0; draw < groups.length; draw++) {
        for (const [, x, y] of groups[Math.floor(random() * groups.length)]!) {
          a += x
          b += y
        }
      }
      return a / b
    }).sort((x, y) => x - y)
    return (values[974]! - values[25]!) / 2
  }
  const halfWidth = (ratio: Ratio): number => {
    const [low, high] = ratio.estimate()!.ci95
    return (high - low) / 2
  }

  test('independent rows with weights: the delta method gives the same interval', () => {
    const random = seeded(11)
    const rows = Array.from({ length: 500 }, () => {
      const weight = random() < 0.2 ? 5 * random() : 0.4
      return [0, weight * (1 + 3 * random()), weight] as const
    })
    const expected = bootstrapped(rows.map((row) => [row]))
    expect(halfWidth(ratioOf(rows)) / expected).toBeGreaterThan(0.9)
    expect(halfWidth(ratioOf(rows)) / expected).toBeLessThan(1.1)
  })

  test('hours that differ: rows of one hour count as a group', () => {
    const random = seeded(12)
    const hours = Array.from({ length: 60 }, (_, hour) => {
      const slow = random() < 0.2 ? 10 : 1
      return Array.from({ length: 20 }, () => [hour * HOUR + 60_000 * random(), slow + random(), 1] as const)
    })
    const blocked = ratioOf(hours.flat())
    expect(blocked.blocked).toBe(true)
    const expected = bootstrapped(hours)
    expect(halfWidth(blocked) / expected).toBeGreaterThan(0.85)
    expect(halfWidth(blocked) / expected).toBeLessThan(1.15)
    // As if independent, the interval would be several times too narrow.
    const naive = ratioOf(hours.flat().map(([, a, b]) => [0, a, b]))
    expect(naive.blocked).toBe(false)
    expect(halfWidth(naive)).toBeLessThan(halfWidth(blocked) / 3)
  })
})
