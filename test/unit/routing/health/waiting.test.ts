import { describe, expect, it } from 'vitest'
import { Health } from '../../../../src/routing/health/health.ts'

describe('a request that still waits for its first token', () => {
  it('is evidence from twice the expected time on', () => {
    const health = new Health()
    expect(health.of('a/m')?.waiting.ratio(0) ?? 1).toBe(1)
    const ticket = health.begin('a/m', 0, 500)
    expect(health.of('a/m')?.waiting.ratio(900) ?? 1).toBe(1)
    expect(health.of('a/m')?.waiting.ratio(5_000) ?? 1).toBe(5)
    expect(health.of('b/m')?.waiting.ratio(5_000) ?? 1).toBe(1)
    health.answered(ticket, 5_000)
    expect(health.of('a/m')?.waiting.ratio(60_000) ?? 1).toBe(1)
    health.end(ticket, 'ok', 61_000)
    expect(health.of('a/m')?.waiting.ratio(61_000) ?? 1).toBe(1)
  })

  it('is a straggler when others are answered meanwhile', () => {
    const health = new Health()
    health.begin('a/m', 0, 500)
    health.answered(health.begin('a/m', 4_000, 500), 4_500)
    expect(health.of('a/m')?.waiting.ratio(5_000) ?? 1).toBe(1)
    expect(health.of('a/m')?.waiting.ratio(9_500) ?? 1).toBe(5)
  })

  it('is no evidence when it was cancelled, or when nothing was expected of it', () => {
    const health = new Health()
    const gone = health.begin('a/m', 0, 500)
    health.end(gone, 'caller_cancelled', 9_000)
    expect(health.of('a/m')?.waiting.ratio(10_000) ?? 1).toBe(1)
    health.begin('a/m', 0)
    expect(health.of('a/m')?.waiting.ratio(1e9) ?? 1).toBe(1)
  })

  it('leaves the evidence of the next one when a failure ends it', () => {
    const health = new Health()
    const first = health.begin('a/m', 0, 500)
    health.begin('a/m', 1_000, 500)
    health.end(first, 'provider_timeout_first_token', 6_000)
    expect(health.of('a/m')?.waiting.ratio(6_000) ?? 1).toBe(5)
  })
})
