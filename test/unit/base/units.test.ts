import { describe, expect, test } from 'vitest'
import { parseDuration, parseSize } from '../../../src/base/units.ts'

describe('parseDuration', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['2', 2000],
    [0.25, 250],
  ])('%s is %d ms', (value, ms) => expect(parseDuration(value)).toBe(ms))

  test.each(['', '30 s', '-1s', '1w', 's', '1e3', '1h30m', Number.NaN, -1])('%s is none', (value) =>
    expect(parseDuration(value)).toBeUndefined(),
  )
})

describe('parseSize', () => {
  test.each([
    ['512kb', 524_288],
    ['32mb', 33_554_432],
    ['32MB', 33_554_432],
    ['1gb', 1_073_741_824],
    ['10b', 10],
    ['10', 10],
    [1.4, 1],
  ])('%s is %d bytes', (value, bytes) => expect(parseSize(value)).toBe(bytes))

  test.each(['', '1tb', '-1kb', 'kb', '1 kb'])('%s is none', (value) => expect(parseSize(value)).toBeUndefined())
})
