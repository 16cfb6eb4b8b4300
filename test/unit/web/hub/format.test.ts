import { expect, test } from 'vitest'
import * as format from '../../../../web/hub/format.ts'

test.each([
  [9.6, '10 ms'],
  [999, '999 ms'],
  [999.6, '1.00 s'],
  [1_236, '1.24 s'],
  [12_340, '12.3 s'],
  [126_000, '2.1 min'],
])('%d milliseconds', (ms, text) => expect(format.formatTime(ms)).toBe(text))

test.each([
  [1, '100 %'],
  [0.99999, '100 %'],
  [0.9999, '99.99 %'],
  [0.99994, '99.99 %'],
  [0.94, '94.0 %'],
  [0, '0.0 %'],
])('a share of %d', (share, text) => expect(format.formatShare(share)).toBe(text))

test.each([
  [0, 'free'],
  [0.4, '$0.40'],
  [0.045, '$0.045'],
  [0.002, '$0.002'],
  [11, '$11.00'],
])('a price of %d', (price, text) => expect(format.formatPrice(price)).toBe(text))

test.each([
  [0.124, '+12 %'],
  [-0.036, '\u22124 %'],
  [-0.001, '0 %'],
])('a change of %d', (change, text) => expect(format.formatChange(change)).toBe(text))

test.each([
  [3_600, 'hour'],
  [600, '10 minutes'],
  [10, '10 seconds'],
  [5_400, '90 minutes'],
  [86_400, 'day'],
])('every %d seconds', (seconds, text) => expect(format.formatPeriod(seconds)).toBe(text))

test.each([
  [-5, '0 seconds'],
  [1, '1 second'],
  [3_600, '60 minutes'],
  [90_000, '25 hours'],
  [200_000, '2 days'],
])('%d seconds', (seconds, text) => expect(format.formatDuration(seconds)).toBe(text))

test('instants are UTC and say so', () => {
  expect(format.formatInstant(1_764_003_600)).toBe('2025-11-24 17:00 UTC')
  expect(format.isoInstant(1_764_003_600)).toBe('2025-11-24T17:00:00Z')
})
