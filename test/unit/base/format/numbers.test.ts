import { expect, test } from 'vitest'
import { count, percent, price, span, speed, time, usd } from '../../../../src/base/format/numbers.ts'

test.each([
  [0, '0 ms'],
  [0.421, '0.42 ms'],
  [3, '3 ms'],
  [9.96, '10 ms'],
  [312.4, '312 ms'],
  [999.4, '999 ms'],
  [999.6, '1.00 s'],
  [1254, '1.25 s'],
  [59_940, '59.9 s'],
  [119_499, '119 s'],
  [60_000, '60 s'],
  [119_600, '2 min'],
  [3_600_000, '60 min'],
  [125_000, '2 min 5 s'],
])('%d ms is %s', (ms, text) => {
  expect(time(ms)).toBe(text)
})

test.each([
  [0, '$0'],
  [0.0000012, '$0.0000012'],
  [0.00042, '$0.00042'],
  [0.0942, '$0.094'],
  [0.0951, '$0.10'],
  [12.345, '$12.35'],
  [1e-12, '<$0.00000001'],
])('%d dollars are %s', (dollars, text) => {
  expect(usd(dollars)).toBe(text)
})

test('per cent is never rounded to all or nothing', () => {
  expect([1, 0.9999, 0.985, 0.0004, 0].map(percent)).toEqual(['100%', '>99.9%', '98.5%', '<0.1%', '0%'])
})

test('counts, speeds and prices', () => {
  expect([0, 999, 9999, 12_345, 999_400, 999_600, 4_560_000].map(count)).toEqual([
    '0',
    '999',
    '9,999',
    '12.3k',
    '999k',
    '1.00M',
    '4.56M',
  ])
  expect([3.456, 45.67, 123.4].map((value) => speed(value))).toEqual(['3.46', '45.7', '123'])
  expect([0, 0.15, 2.5, 0.00004].map(price)).toEqual(['$0', '$0.15', '$2.5', '$0'])
})

test('spans in their largest unit', () => {
  const spans = [0, 90_000, 130_000, 3 * 3_600_000, 47 * 3_600_000, 49 * 3_600_000, 30 * 86_400_000]
  expect(spans.map(span)).toEqual(['0 s', '90 s', '2 min', '3 h', '47 h', '2 d', '30 d'])
})

test('what is not known is a dash', () => {
  expect([time, usd, percent, speed, count, price].map((show) => show(undefined))).toEqual([
    '-',
    '-',
    '-',
    '-',
    '-',
    '-',
  ])
  expect(time(Number.POSITIVE_INFINITY)).toBe('-')
})
