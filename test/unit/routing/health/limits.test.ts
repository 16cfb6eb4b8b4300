import { describe, expect, test } from 'vitest'
import { EndpointLimits } from '../../../../src/routing/health/limits.ts'

const T = 1_800_000_000_000
const limits = { rpm: 2, tpm: 1000 }

test('without limits nothing is counted', () => {
  const counted = new EndpointLimits()
  counted.record('a', {}, 1e9, T)
  expect(counted.used('a', {}, T)).toBeUndefined()
  expect(counted.exceeded('a', {}, 1e9, T)).toBeUndefined()
  expect(counted.used('a', limits, T)).toEqual({ requests: 0, tokens: 0 })
})

describe('within a minute', () => {
  test('requests up to the limit are let in', () => {
    const counted = new EndpointLimits()
    for (const used of [0, 1]) {
      expect(counted.used('a', limits, T)).toEqual({ requests: used, tokens: used })
      expect(counted.exceeded('a', limits, 1, T)).toBeUndefined()
      counted.record('a', limits, 1, T)
    }
    expect(counted.exceeded('a', limits, 1, T)).toBe('limits.rpm 2 reached')
    expect(counted.exceeded('b', limits, 1, T)).toBeUndefined()
  })

  test('tokens up to the limit are let in; those known afterwards count', () => {
    const counted = new EndpointLimits()
    counted.record('a', limits, 400, T)
    counted.recordTokens('a', limits, 500, T)
    counted.recordTokens('a', limits, -300, T)
    expect(counted.exceeded('a', limits, 100, T)).toBeUndefined()
    expect(counted.exceeded('a', limits, 101, T)).toBe('limits.tpm 1000 reached')
  })

  test('what was booked goes after 55 to 60 seconds, and the ring is used again', () => {
    const counted = new EndpointLimits()
    for (let minute = 0; minute < 5; minute++) {
      const now = T + minute * 60_000
      counted.record('a', limits, 10, now)
      counted.record('a', limits, 10, now + 4999)
      expect(counted.exceeded('a', limits, 10, now + 54_999)).toBe('limits.rpm 2 reached')
      expect(counted.exceeded('a', limits, 10, now + 60_000)).toBeUndefined()
      expect(counted.used('a', limits, now + 59_999)).toEqual({ requests: 2, tokens: 20 })
    }
  })

  test('a clock that goes back lets requests in rather than keep them out for as long', () => {
    const counted = new EndpointLimits()
    counted.record('a', { rpm: 1 }, 10, T)
    expect(counted.exceeded('a', { rpm: 1 }, 10, T - 3_600_000)).toBeUndefined()
  })
})

test('endpoints that are no longer configured are forgotten', () => {
  const counted = new EndpointLimits()
  for (const id of ['a', 'b']) counted.record(id, limits, 10, T)
  counted.keep(new Set(['b']))
  expect(counted.used('a', limits, T)?.requests).toBe(0)
  expect(counted.used('b', limits, T)?.requests).toBe(1)
})
