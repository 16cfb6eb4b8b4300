/** A world whose truth is known: what it logs can be evaluated, and what the estimates should be can be computed. */

import { seeded } from '../../../../src/base/random.ts'
import type { Candidate, Ranked, RequestRecord, RouteRequest, RoutingStrategy } from '../../../../src/plugins/api.ts'
import latency from '../../../../src/plugins/strategies/latency.ts'
import price from '../../../../src/plugins/strategies/price.ts'
import type { LogOptions } from '../../../../src/replay/log/evaluate-log.ts'
import { PlannedRoute } from '../../../../src/routing/plan/planned-route.ts'
import { RankedRoute } from '../../../../src/routing/plan/ranked-route.ts'

/** A candidate of the model `small` in the decision log. */
export const recordOf = (candidate: Candidate, ranked: Ranked) =>
  new PlannedRoute(new RankedRoute(undefined as never, candidate, 'small', ranked), candidate.inFlight).record

const START = Date.UTC(2026, 0, 5)
const FAIL_MS = 2000
const SPREAD = 0.5
const VALUE_OF_TIME = 0.72

interface Kind {
  readonly class: string
  /** Per endpoint: what is believed, in ms; what it takes on average; how often it fails. */
  readonly believedMs: readonly number[]
  readonly meanMs: readonly number[]
  readonly fails: readonly number[]
}

/** Beliefs are right in the first two kinds and wrong in the others, so that strategies differ in their merits. */
const KINDS: readonly Kind[] = [
  { class: 'chat.lt1k.plain', believedMs: [400, 900, 1500], meanMs: [500, 1000, 1400], fails: [0.02, 0.05, 0] },
  { class: 'chat.lt8k.plain', believedMs: [2000, 800, 1500], meanMs: [2200, 900, 1600], fails: [0.02, 0.08, 0.01] },
  { class: 'chat.lt1k.plain', believedMs: [600, 650, 900], meanMs: [3000, 700, 600], fails: [0.15, 0.02, 0.01] },
  {
    class: 'chat.lt8k.structured',
    believedMs: [500, 1200, 3000],
    meanMs: [4000, 1000, 2500],
    fails: [0.1, 0.03, 0.01],
  },
]
const ENDPOINTS = ['a/m', 'b/m', 'c/m@eu'] as const
const COSTS = [0.0008, 0.0004, 0.0001] as const

function candidatesOf(kind: Kind): Candidate[] {
  return ENDPOINTS.map((id, index) => ({
    endpoint: { id, provider: id[0]!, model: 'm', weight: index + 1 },
    position: index,
    ttft: { mean: Math.log(kind.believedMs[index]!), sd: 0.2, n: 20, from: 'cell' },
    speed: { mean: Math.log(80), sd: 0.1, n: 20, from: 'cell' },
    success: { a: 97, b: 3 },
    estimatedPrice: COSTS[index]!,
    stall: index === 1 ? 1.2 : 1,
    inFlight: index,
    cap: index === 2 ? 40 : Number.POSITIVE_INFINITY,
    health: 'closed',
    outage: false,
    lastPicked: 0,
  }))
}

const requestOf = (kind: Kind): RouteRequest => ({
  class: kind.class,
  inputTokens: 500,
  expectedOutputTokens: 1,
  stream: false,
})

export const explorer = (exploration: number): RoutingStrategy =>
  latency.create({ buffer: 0.1, exploration }, {} as never) as RoutingStrategy
export const cheapest = (exponent: number): RoutingStrategy =>
  price.create({ exponent }, {} as never) as RoutingStrategy

const lossOf = (kind: Kind, index: number): number => {
  const fails = kind.fails[index]!
  return (
    (1 - fails) * (kind.meanMs[index]! / 1000 + (COSTS[index]! / VALUE_OF_TIME) * 3600) + fails * (FAIL_MS / 1000 + 20)
  )
}

/** Mean loss, success rate, seconds to the first token of a success, and USD of a strategy in this world. */
export function truthOf(strategy: RoutingStrategy): { loss: number; success: number; ttft: number; cost: number } {
  const sums = { loss: 0, success: 0, ttft: 0, cost: 0 }
  for (const kind of KINDS) {
    for (const { endpoint, propensity } of strategy.rank(requestOf(kind), candidatesOf(kind), {
      random: seeded(1),
      now: START,
    })) {
      const index = ENDPOINTS.indexOf(endpoint.id as 'a/m')
      const share = propensity / KINDS.length
      const succeeds = 1 - kind.fails[index]!
      sums.loss += share * lossOf(kind, index)
      sums.success += share * succeeds
      sums.ttft += (share * succeeds * kind.meanMs[index]!) / 1000
      sums.cost += share * succeeds * COSTS[index]!
    }
  }
  return { ...sums, ttft: sums.ttft / sums.success }
}

/** `rows` requests decided by `strategy`, half an hour of traffic a hundred. */
export function simulate(strategy: RoutingStrategy, rows: number, seed: number): RequestRecord[] {
  const random = seeded(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Array.from({ length: rows }, (_, row) => {
    const kind = KINDS[Math.floor(random() * KINDS.length)]!
    const candidates = candidatesOf(kind)
    const request = requestOf(kind)
    const time = START + row * 18_000
    const ranked = strategy.rank(request, candidates, { random, now: time })
    const first = ENDPOINTS.indexOf(ranked[0]!.endpoint.id as 'a/m')
    const fails = random() < kind.fails[first]!
    const totalMs = fails ? FAIL_MS : kind.meanMs[first]! * Math.exp(SPREAD * normal() - SPREAD ** 2 / 2)
    const attempt = {
      endpoint: ENDPOINTS[first]!,
      startMs: 1,
      totalMs,
      ...(!fails && { ttftMs: totalMs, costUsd: COSTS[first]! }),
    }
    const retry = { endpoint: 'b/m', kind: 'ok', startMs: 1 + totalMs, totalMs: 900, ttftMs: 900 } as const
    return {
      id: `gen-${Math.floor(time / 1000)}-${row}`,
      time,
      requestedModel: 'small',
      model: 'small',
      operation: 'chat',
      wire: 'openai-chat',
      class: kind.class,
      stream: false,
      strategy: 'latency',
      configVersion: '1',
      inputTokensEstimate: request.inputTokens,
      outputTokensEstimate: request.expectedOutputTokens,
      candidates: ranked.map((entry) => recordOf(candidates[ENDPOINTS.indexOf(entry.endpoint.id as 'a/m')]!, entry)),
      excluded: [],
      attempts: fails ? [{ ...attempt, kind: 'provider_error' }, retry] : [{ ...attempt, kind: 'ok' }],
      kind: 'ok',
      totalMs: totalMs + (fails ? 900 : 0),
      overheadMs: 0.2,
    }
  })
}

export const options = (
  strategies: Readonly<Record<string, RoutingStrategy>>,
  different: Partial<LogOptions> = {},
): LogOptions => ({
  directory: 'log',
  objective: 'total',
  valueOfTime: VALUE_OF_TIME,
  seeds: 5,
  strategies: Object.entries(strategies).map(([name, instance]) => ({ name, instance })),
  ...different,
})
