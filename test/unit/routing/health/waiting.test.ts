import { describe, expect, it } from 'vitest'
import { Health } from '../../../../src/routing/health/health.ts'

describe('a request that still waits for its first token', () => {
  it('is evidence from twice the expected time on', () => {
    const health = new Health()
    expect(health.waiting('a/m', 0)).toBe(1)
    const ticket = health.begin('a/m', 0, 500)
    expect(health.waiting('a/m', 900)).toBe(1)
    expect(health.waiting('a/m', 5_000)).toBe(5)
    expect(health.waiting('b/m', 5_000)).toBe(1)
    health.answered(ticket, 5_000)
    expect(health.waiting('a/m', 60_000)).toBe(1)
    health.end(ticket, 'ok', 61_000)
    expect(health.waiting('a/m', 61_000)).toBe(1)
  })

  it('is a straggler when others are answered meanwhile', () => {
    const health = new Health()
    health.begin('a/m', 0, 500)
    health.answered(health.begin('a/m', 4_000, 500), 4_500)
    expect(health.waiting('a/m', 5_000)).toBe(1)
    expect(health.waiting('a/m', 9_500)).toBe(5)
  })

  it('is no evidence when it was cancelled, or when nothing was expected of it', () => {
    const health = new Health()
    const gone = health.begin('a/m', 0, 500)
    health.end(gone, 'caller_cancelled', 9_000)
    expect(health.waiting('a/m', 10_000)).toBe(1)
    health.begin('a/m', 0)
    expect(health.waiting('a/m', 1e9)).toBe(1)
  })

  it('leaves the evidence of the next one when a failure ends it', () => {
    const health = new Health()
    const first = health.begin('a/m', 0, 500)
    health.begin('a/m', 1_000, 500)
    health.end(first, 'provider_timeout_first_token', 6_000)
    expect(health.waiting('a/m', 6_000)).toBe(5)
  })
})
