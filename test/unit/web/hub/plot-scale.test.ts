import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearest, pathOf, timeScale, valueScale } from '../../../../web/hub/state/plot-scale.ts'

const DAY = 86_400

test('values have round ticks around them, a flat line lies in the middle', () => {
  expect(valueScale([[120, null, 480]])!.ticks.map(({ value }) => value)).toEqual([0, 200, 400, 600])
  const { min, max } = valueScale([[5, 5]])!
  expect((min + max) / 2).toBeCloseTo(5)
  expect(valueScale([[null], []])).toBeUndefined()
})

test('whatever the values, they lie within a scale of few ticks', () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true, noDefaultInfinity: true })
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
      const { min, max, ticks } = valueScale([values])!
      expect(ticks.length).toBeGreaterThan(1)
      expect(ticks.length).toBeLessThan(10)
      const slack = (max - min) * 1e-6
      for (const one of values) expect(one >= min - slack && one <= max + slack).toBe(true)
    }),
  )
})

test('times have ticks on whole hours, or on days when there are many', () => {
  const hours = timeScale([100, 100 + 5 * 3_600]).ticks
  for (const { value } of hours) expect(value % 3_600).toBe(0)
  const days = timeScale([0, 30 * DAY]).ticks
  expect(days.length).toBeLessThanOrEqual(7)
  for (const { value, at } of days) expect([value % DAY, at >= 0 && at <= 1]).toEqual([0, true])
  expect(timeScale([500]).ticks).toEqual([])
})

test('a path has a gap where nothing was published, and a dash for a value alone', () => {
  const times = [0, 10, 20, 30, 40]
  const x = timeScale(times)
  const y = { min: 0, max: 100, ticks: [] }
  expect(pathOf(times, [0, 100, null, 50, null], x, y)).toBe('M0 200L250 0M750 100h2')
  expect(pathOf(times, [null, null, null, null, null], x, y)).toBe('')
})

test('the cursor takes the nearest time', () => {
  const times = [0, 10, 40]
  const x = timeScale(times)
  expect([0, 0.1, 0.2, 0.5, 0.7, 1].map((at) => nearest(times, x, at))).toEqual([0, 0, 1, 1, 2, 2])
})
