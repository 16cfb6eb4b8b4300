import { expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { lineToRecord, recordToLine } from '../../../../src/outcomes/log/record-line.ts'
import type { Candidate, RoutingStrategy } from '../../../../src/plugins/api.ts'
import exacto from '../../../../src/plugins/strategies/exacto.ts'
import roundRobin from '../../../../src/plugins/strategies/round-robin.ts'
import usage from '../../../../src/plugins/strategies/usage.ts'
import { evaluateRecords } from '../../../../src/replay/log/evaluate-log.ts'
import { loggedCandidate } from '../../../../src/replay/log/logged-candidate.ts'
import { record } from '../../outcomes/records.ts'
import { explorer, options, recordOf, simulate, truthOf } from './simulated-log.ts'

/** Endpoints with and without limits, with much, little and no evidence of structured answers. */
function candidates(random: () => number): Candidate[] {
  return Array.from({ length: 6 }, (_, position) => {
    const answers = Math.floor(random() * 3) * 50
    const bad = Math.floor((random() * answers) / 3)
    return {
      endpoint: { id: `p${position}/m`, provider: `p${position}`, model: 'm', weight: 1 + Math.floor(3 * random()) },
      position,
      ttft: { mean: Math.log(200 + 2000 * random()), sd: 0.2, n: 50, from: 'cell' },
      speed: {
        mean: Math.log(20 + 200 * random()),
        sd: 0.2,
        n: 200 * random(),
        from: random() < 0.8 ? 'cell' : 'peers',
      },
      success: { a: 90 + random(), b: 3 },
      valid: { a: 3.9 + answers - bad, b: 0.1 + bad },
      estimatedPrice: 0.001 * random(),
      stall: 1,
      inFlight: Math.floor(3 * random()),
      cap: random() < 0.5 ? 10 : Number.POSITIVE_INFINITY,
      health: 'closed',
      outage: false,
      lastPicked: 0,
      ...(random() < 0.7 && {
        used: { requests: Math.floor(50 * random()), tokens: Math.floor(5000 * random()), rpm: 100, tpm: 10_000 },
      }),
    }
  })
}

const request = { class: 'chat.lt1k.structured', inputTokens: 500, expectedOutputTokens: 100, stream: true }
const strategies: Readonly<Record<string, RoutingStrategy>> = {
  exacto: exacto.create(
    { min_peers: 2, min_requests: 50, min_structured: 40, value_of_time: 0.72 },
    {} as never,
  ) as RoutingStrategy,
  usage: usage.create({}, {} as never) as RoutingStrategy,
}

test.each(Object.entries(strategies))('%s decides from a line of the log as it did live', (_, strategy) => {
  const random = seeded(11)
  const tiers = new Set<number>()
  for (let round = 0; round < 200; round++) {
    const live = candidates(random)
    const placed = live.map((candidate) => {
      const ranked = { endpoint: candidate.endpoint, score: 1, propensity: 0, why: '' }
      return recordOf(candidate, ranked)
    })
    const { candidates: read } = lineToRecord(recordToLine(record({ candidates: placed })))!
    const logged = read.map((each) => loggedCandidate(each, [])!)
    const rank = (from: readonly Candidate[]) =>
      strategy
        .rank(request, from, { random: seeded(round), now: 0 })
        .map(({ endpoint, score, propensity }) => [endpoint.id, Number(score.toFixed(6)), propensity])
    const decided = rank(live)
    expect(rank(logged)).toEqual(decided)
    for (const [, score] of decided) tiers.add(Number(score))
  }
  expect(tiers.size).toBeGreaterThan(2)
})

test('round-robin goes on from its own picks: its estimate is right on average', async () => {
  const strategy = roundRobin.create({}, {} as never) as RoutingStrategy
  const { loss } = truthOf(explorer(1))
  const errors: number[] = []
  for (let log = 1; log <= 60; log++) {
    const [result] = (await evaluateRecords(simulate(explorer(0.6), 300, 7_001 * log), options({ strategy })))
      .strategies
    if (!result?.evaluated) throw new Error(result?.reason)
    errors.push(result.loss_s.dr.value - loss)
  }
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
  const sd = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (errors.length - 1))
  expect(Math.abs(mean)).toBeLessThan((3.3 * sd) / Math.sqrt(errors.length))
})
