import fc from 'fast-check'
import { expect, test } from 'vitest'
import { trendOf } from '../../../../web/hub/state/trend.ts'

test('too few values have no trend', () => {
  expect(trendOf([1, null, 2, 3, null])).toBeUndefined()
})

test('the change is that of medians: one odd epoch does not make it', () => {
  const values: number[] = Array.from({ length: 40 }, (_, index) => (index < 20 ? 100 : 120))
  values[3] = 9_000
  values[38] = 9_000
  expect(trendOf(values)!.change).toBe(0.2)
})

test('a flat line lies in the middle, and small changes do not fill the height', () => {
  expect(new Set(trendOf([5, 5, 5, 5])!.points)).toEqual(new Set([0.5]))
  const { points } = trendOf([100, 101, 100, 101])!
  expect(Math.max(...points) - Math.min(...points)).toBeCloseTo(0.1, 1)
})

test('whatever the values, at most 24 points between 0 and 1', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.double({ min: 0.01, max: 1e9, noNaN: true })), { minLength: 4, maxLength: 200 }), (values) => {
      const trend = trendOf(values)
      if (!trend) return
      expect(trend.points.length).toBeLessThanOrEqual(24)
      for (const point of trend.points) expect(point >= 0 && point <= 1).toBe(true)
      expect(Number.isFinite(trend.change)).toBe(true)
    }),
  )
})
