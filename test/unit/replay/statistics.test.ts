import { expect, test } from 'vitest'
import { seeded } from '../../../src/base/random.ts'
import { bootstrap, mean, quantile, weightedMedian } from '../../../src/replay/statistics.ts'

test('quantiles lie linearly between values', () => {
  expect([0, 0.25, 0.5, 1].map((q) => quantile([1, 2, 4], q))).toEqual([1, 1.5, 2, 4])
  expect(quantile([], 0.5)).toBeNaN()
  expect(quantile([7], 0.95)).toBe(7)
})

test('the weighted median', () => {
  const of = (...pairs: [number, number][]) => weightedMedian(pairs.map(([value, weight]) => ({ value, weight })))
  expect(of([1, 1], [3, 1])).toBe(2)
  expect(of([9, 1], [1, 1], [5, 1])).toBe(5)
  expect(of([5, 3])).toBe(5)
  expect(of([5, 3], [100, 0])).toBe(5)
  expect(of()).toBeNaN()
  // A site with nearly all of the weight speaks nearly alone; a liar among five does not move it beyond the honest
  // ones.
  expect(of([1, 98], [3, 2])).toBeLessThan(1.05)
  expect(of([1, 1], [1.1, 1], [1.2, 1], [1.3, 1], [1e9, 1])).toBeCloseTo(1.2, 12)
})

test('the interval of a mean covers it, with as many groups as it needs', () => {
  const random = seeded(7)
  let covered = 0
  for (let i = 0; i < 100; i++) {
    const sample = Array.from({ length: 40 }, () => random() + random())
    const [low, high] = bootstrap(sample, mean)
    if (low <= 1 && 1 <= high) covered++
  }
  expect(covered).toBeGreaterThanOrEqual(88)
  expect(covered).toBeLessThan(100)
  expect(bootstrap([1], mean)).toEqual([Number.NaN, Number.NaN])
})
