import { expect, test } from 'vitest'
import { axisFor, axisLine, boxPlot, sparkline } from '../../../src/terminal/plot.ts'

const FAST = { min: 100, p25: 200, p50: 300, p75: 500, p95: 1000, max: 2000 }
const SLOW = { min: 1000, p25: 2000, p50: 4000, p75: 5000, p95: 9000, max: 10_000 }

test('boxes share one logarithmic axis', () => {
  const axis = axisFor([FAST, SLOW], 41)
  expect(axis).toEqual({ from: 100, to: 10_000, width: 41 })
  expect(boxPlot(FAST, axis)).toBe('├─────▒▒▒▒█▒▒▒▒─────┃─────┤              ')
  expect(boxPlot(SLOW, axis)).toBe('                    ├─────▒▒▒▒▒▒█▒▒────┃┤')
  expect(axisLine(axis)).toBe('100 ms                               10 s')
})

test('a single value is one median mark', () => {
  const one = { min: 50, p25: 50, p50: 50, p75: 50, p95: 50, max: 50 }
  expect(boxPlot(one, axisFor([one], 10))).toBe('█         ')
})

test('sparklines keep outliers and failures when they are squeezed', () => {
  expect(sparkline([1, 2, 4, 8, 16, 32, 64, 128], 20)).toBe('▁▂▃▄▅▆▇█')
  expect(sparkline([100, 100, undefined, 100], 20)).toBe('▁▁×▁')
  expect(sparkline([10, 10, 10, 1000, 10, undefined], 3)).toBe('▁█×')
  expect(sparkline([], 10)).toBe('')
  expect(sparkline([undefined, undefined], 10)).toBe('××')
})
