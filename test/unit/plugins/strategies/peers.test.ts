import { describe, expect, it } from 'vitest'
import type { RecentOutcome } from '../../../../src/plugins/api.ts'
import { belief, candidate, rank, strategy } from './ranking.ts'

describe('litellm-latency', async () => {
  const litellm = await strategy('litellm-latency')
  const answer = (changes: Partial<RecentOutcome> = {}): RecentOutcome => ({
    kind: 'ok',
    at: 0,
    stream: true,
    totalMs: 4000,
    ttftMs: 1000,
    outputTokens: 100,
    ...changes,
  })
  const score = (recent: RecentOutcome[], stream: boolean) =>
    Number(rank(litellm, [candidate('a', { recent })], { stream }).scores.a)

  it('averages seconds per token, of the first token for streams', () => {
    expect(score([answer(), answer({ totalMs: 8000 })], false)).toBeCloseTo(0.06, 9)
    expect(score([answer(), answer({ ttftMs: 3000 })], true)).toBeCloseTo(0.02, 9)
    // The sum over streams is divided by the number of all.
    expect(score([answer(), answer({ stream: false })], true)).toBeCloseTo(0.005, 9)
  })

  it('counts a timeout as 1000 s, and an answer without tokens undivided', () => {
    expect(score([answer(), answer({ kind: 'provider_timeout_first_token' })], false)).toBeCloseTo(500.02, 6)
    expect(score([answer({ outputTokens: 0 })], false)).toBeCloseTo(4, 9)
  })

  it('tries what was never tried first, and forgets all after an hour of silence', () => {
    const seen = (at: number) => [candidate('seen', { recent: [answer({ at })] }), candidate('new')]
    expect(rank(litellm, seen(-3_600_000)).propensities).toEqual({ new: 1, seen: 0 })
    expect(rank(litellm, seen(-3_600_001)).propensities).toEqual({ new: 0.5, seen: 0.5 })
  })
})

describe('peak-ewma', async () => {
  const peak = await strategy('peak-ewma')

  it('takes the better of two: the worst never goes first, the best in two of three pairs', () => {
    const candidates = [100, 200, 300].map((ms) => candidate(`p${ms}`, { ttft: belief(ms), success: { a: 1, b: 0 } }))
    const { propensities, scores } = rank(peak, candidates)
    expect(propensities).toEqual({ p100: 2 / 3, p200: 1 / 3, p300: 0 })
    expect(scores.p200).toBeCloseTo(200, 9)
  })

  it('multiplies by what is in flight and divides by success', () => {
    const { scores } = rank(peak, [
      candidate('a', { ttft: belief(100), stall: 2, inFlight: 4, success: { a: 1, b: 1 } }),
    ])
    expect(scores.a).toBeCloseTo(2000, 9)
  })
})

describe('usage', async () => {
  const usage = await strategy('usage')

  it('takes the one with the most room under its own limits', () => {
    const candidates = [
      candidate('requests', { used: { requests: 49, tokens: 0, rpm: 100 } }),
      candidate('tokens', { used: { requests: 1, tokens: 200, tpm: 4000 } }),
      candidate('crowded', { inFlight: 9, cap: 10 }),
    ]
    expect(rank(usage, candidates).order).toEqual(['tokens', 'requests', 'crowded'])
    expect(rank(usage, candidates).scores).toEqual({ tokens: 0.25, requests: 0.5, crowded: 0.9 })
    expect(rank(usage, [...candidates, candidate('free')]).order[0]).toBe('free')
  })
})

describe('throughput', async () => {
  const throughput = await strategy('throughput', { exploration: 0 })

  it('judges by tokens per second, a pretender by all its time', () => {
    const streaming = candidate('streaming', { ttft: belief(5000), speed: belief(100) })
    const pretending = candidate('pretending', { ttft: belief(6000), speed: belief(5000), buffered: true })
    expect(rank(throughput, [streaming, pretending]).order).toEqual(['streaming', 'pretending'])
    expect(
      rank(throughput, [streaming, candidate('faster', { ttft: belief(9000), speed: belief(120) })]).order[0],
    ).toBe('faster')
  })
})

describe('exacto', async () => {
  const exacto = await strategy('exacto')
  const judged = (name: string, share: number, tokensPerSecond = 60, changes = {}) =>
    candidate(name, {
      valid: { a: 400 * share + 3.9, b: 400 * (1 - share) + 0.1 },
      speed: { ...belief(tokensPerSecond), n: 500 },
      ...changes,
    })
  const good = [judged('a', 0.99), judged('b', 0.985), judged('c', 0.98), judged('d', 0.99)]

  it('puts those below their peers last, those without data in the middle, the least expected cost first', () => {
    const cheap = judged('cheap', 0.72, 60, { estimatedPrice: 0 })
    const unknown = candidate('unknown', { estimatedPrice: 0 })
    const best = judged('best', 0.985, 60, { estimatedPrice: 0.0005 })
    const { order, scores } = rank(exacto, [cheap, unknown, ...good, best])
    expect(order[0]).toBe('best')
    expect(order.slice(-2)).toEqual(['unknown', 'cheap'])
    expect(scores).toMatchObject({ best: 0, a: 0, unknown: 1, cheap: 2 })
  })

  it('puts slow ones down, and nobody when too few are known', () => {
    const slow = judged('slow', 0.99, 5, { estimatedPrice: 0 })
    expect(rank(exacto, [slow, judged('e', 0.98, 55), judged('f', 0.98, 65), ...good]).scores.slow).toBe(2)
    expect(rank(exacto, [slow, ...good.slice(0, 2)]).scores.slow).toBe(0)
  })
})
