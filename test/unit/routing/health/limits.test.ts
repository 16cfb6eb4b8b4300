import { describe, expect, test } from 'vitest'
import { EndpointLimits } from '../../../../src/routing/health/limits.ts'

const T = 1_800_000_000_000
const limits = { rpm: 2, tpm: 1000 }

test('without limits nothing is counted', () => {
  const counted = new EndpointLimits()
  counted.reserve('a', {}, { input: 1e9, output: 0 }, T)
  expect(counted.used('a', {}, T)).toBeUndefined()
  expect(counted.exceeded('a', {}, { input: 1e9, output: 0 }, T)).toBeUndefined()
  expect(counted.used('a', limits, T)).toEqual({ requests: 0, tokens: 0 })
})

describe('within a minute', () => {
  test('requests up to the limit are let in', () => {
    const counted = new EndpointLimits()
    for (const used of [0, 1]) {
      expect(counted.used('a', limits, T)).toEqual({ requests: used, tokens: used })
      expect(counted.exceeded('a', limits, { input: 1, output: 0 }, T)).toBeUndefined()
      counted.reserve('a', limits, { input: 1, output: 0 }, T)
    }
    expect(counted.exceeded('a', limits, { input: 1, output: 0 }, T)).toBe('limits.rpm 2 reached')
    expect(counted.exceeded('b', limits, { input: 1, output: 0 }, T)).toBeUndefined()
  })

  test('tokens up to the limit are let in; those known afterwards count', () => {
    const counted = new EndpointLimits()
    const reserved = counted.reserve('a', limits, { input: 400, output: 0 }, T)
    counted.settle('a', reserved!, 900, T)
    expect(counted.exceeded('a', limits, { input: 100, output: 0 }, T)).toBeUndefined()
    expect(counted.exceeded('a', limits, { input: 101, output: 0 }, T)).toBe('limits.tpm 1000 reached')
  })

  test('what a request is expected to write counts as it is sent, and what it did not write is given back', () => {
    const counted = new EndpointLimits()
    const each = { input: 100, output: 300 }
    const first = counted.reserve('a', { tpm: 1000 }, each, T)
    counted.reserve('a', { tpm: 1000 }, each, T)
    expect(counted.exceeded('a', { tpm: 1000 }, each, T)).toBe('limits.tpm 1000 reached')
    counted.settle('a', first!, 150, T + 9000)
    expect(counted.used('a', { tpm: 1000 }, T + 9000)?.tokens).toBe(550)
    expect(counted.exceeded('a', { tpm: 1000 }, each, T + 9000)).toBeUndefined()
  })

  test('what is given back late takes nothing from later minutes', () => {
    const counted = new EndpointLimits()
    const early = counted.reserve('a', limits, { input: 0, output: 900 }, T)
    counted.reserve('a', limits, { input: 500, output: 0 }, T + 60_000)
    counted.settle('a', early!, 10, T + 61_000)
    expect(counted.used('a', limits, T + 61_000)?.tokens).toBe(500)
  })

  test('an endpoint at rest takes a request that is expected to write more than its limit', () => {
    const counted = new EndpointLimits()
    expect(counted.exceeded('a', limits, { input: 10, output: 5000 }, T)).toBeUndefined()
    expect(counted.exceeded('a', limits, { input: 1001, output: 0 }, T)).toBe('limits.tpm 1000 reached')
  })

  test('what was booked goes after 55 to 60 seconds, and the ring is used again', () => {
    const counted = new EndpointLimits()
    for (let minute = 0; minute < 5; minute++) {
      const now = T + minute * 60_000
      counted.reserve('a', limits, { input: 10, output: 0 }, now)
      counted.reserve('a', limits, { input: 10, output: 0 }, now + 4999)
      expect(counted.exceeded('a', limits, { input: 10, output: 0 }, now + 54_999)).toBe('limits.rpm 2 reached')
      expect(counted.exceeded('a', limits, { input: 10, output: 0 }, now + 60_000)).toBeUndefined()
      expect(counted.used('a', limits, now + 59_999)).toEqual({ requests: 2, tokens: 20 })
    }
  })

  test('a clock that goes back lets requests in rather than keep them out for as long', () => {
    const counted = new EndpointLimits()
    counted.reserve('a', { rpm: 1 }, { input: 10, output: 0 }, T)
    expect(counted.exceeded('a', { rpm: 1 }, { input: 10, output: 0 }, T - 3_600_000)).toBeUndefined()
  })
})

test('endpoints that are no longer configured are forgotten', () => {
  const counted = new EndpointLimits()
  for (const id of ['a', 'b']) counted.reserve(id, limits, { input: 10, output: 0 }, T)
  counted.keep(new Set(['b']))
  expect(counted.used('a', limits, T)?.requests).toBe(0)
  expect(counted.used('b', limits, T)?.requests).toBe(1)
})
