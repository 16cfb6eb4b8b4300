import fc from 'fast-check'
import { expect, test } from 'vitest'
import { trendOf } from '../../../../web/hub/state/trend.ts'

const hourly = (values: readonly (number | null)[]) =>
  trendOf({ epoch_seconds: 3_600, epochs: values.map((_, index) => index) }, values)

test('too few values have no trend', () => {
  expect(hourly([1, null, 2, 3, null])).toBeUndefined()
})

test('the change is that of medians: one odd epoch does not make it', () => {
  const values: number[] = Array.from({ length: 40 }, (_, index) => (index < 20 ? 100 : 120))
  values[3] = 9_000
  values[38] = 9_000
  expect(hourly(values)!.change).toBe(0.2)
})

test('what lies more than a week back does not count', () => {
  const values = Array.from({ length: 400 }, (_, index) => (index < 400 - 168 ? 900 : 100))
  expect(hourly(values)!.change).toBe(0)
})

test('points are even in time, however the epochs are spaced', () => {
  // One a day, then one an hour: half of the time each.
  const epochs = [0, 24, 48, ...Array.from({ length: 49 }, (_, index) => 49 + index)]
  const values = epochs.map((epoch) => (epoch < 49 ? 100 : 200))
  const { points } = trendOf({ epoch_seconds: 3_600, epochs }, values)!
  expect(points.filter((point) => point === 0)).toHaveLength(12)
})

test('a flat line lies in the middle, and small changes do not fill the height', () => {
  expect(new Set(hourly([5, 5, 5, 5])!.points)).toEqual(new Set([0.5]))
  const { points } = hourly([100, 101, 100, 101])!
  expect(Math.max(...points) - Math.min(...points)).toBeCloseTo(0.1, 1)
})

test('whatever the values, at most 24 points between 0 and 1', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.double({ min: 0.01, max: 1e9, noNaN: true })), { minLength: 4, maxLength: 200 }),
      (values) => {
        const trend = hourly(values)
        if (!trend) return
        expect(trend.points.length).toBeLessThanOrEqual(24)
        for (const point of trend.points) expect(point >= 0 && point <= 1).toBe(true)
        expect(Number.isFinite(trend.change)).toBe(true)
      },
    ),
  )
})
