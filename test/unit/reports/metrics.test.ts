import { expect, test } from 'vitest'
import type { AttemptRecord, RequestRecord } from '../../../src/plugins/api.ts'
import { Metrics } from '../../../src/reports/metrics.ts'
import type { Engine } from '../../../src/routing/engine.ts'
import { createState } from '../../../src/routing/state/state.ts'

const attempt = (endpoint: string, more: Partial<AttemptRecord> = {}): AttemptRecord => ({
  endpoint,
  kind: 'ok',
  startMs: 0,
  totalMs: 800,
  ttftMs: 200,
  ...more,
})
const record = (...attempts: AttemptRecord[]) =>
  ({ operation: 'chat', kind: attempts.at(-1)?.kind ?? 'router_error', attempts }) as unknown as RequestRecord
const engineOf = (...ids: string[]) => {
  const routes = ids.map((id) => ({ endpoint: { id } }))
  return {
    catalogue: { models: new Map([['m', { routes }]]) },
    state: createState(),
    now: () => 1e12,
  } as unknown as Engine
}
const always = () => true
const valuesOf = (text: string) =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )

test('counts requests and attempts by kind, times, tokens and cost', () => {
  const metrics = new Metrics()
  const usage = { inputTokens: 10, outputTokens: 5 }
  metrics.take(
    record(attempt('a/m', { kind: 'provider_error', totalMs: 9 }), attempt('b/m', { usage, costUsd: 0.25 })),
    always,
  )
  metrics.take(record(attempt('b/m', { usage, totalMs: 3000 })), always)
  const values = valuesOf(metrics.text(engineOf('a/m', 'b/m')))
  expect(values).toMatchObject({
    'commonroute_requests_total{operation="chat",kind="ok"}': 2,
    'commonroute_attempts_total{endpoint="a/m",kind="provider_error"}': 1,
    'commonroute_attempts_total{endpoint="b/m",kind="ok"}': 2,
    'commonroute_first_token_seconds_count{endpoint="a/m"}': 0,
    'commonroute_first_token_seconds_count{endpoint="b/m"}': 2,
    'commonroute_first_token_seconds_sum{endpoint="b/m"}': 0.4,
    'commonroute_attempt_seconds_sum{endpoint="b/m"}': 3.8,
    'commonroute_input_tokens_total{endpoint="b/m"}': 20,
    'commonroute_output_tokens_total{endpoint="b/m"}': 10,
    'commonroute_cost_usd_total{endpoint="b/m"}': 0.25,
    'commonroute_in_flight{endpoint="a/m"}': 0,
    'commonroute_breaker_state{endpoint="b/m"}': 0,
  })
})

test('histograms are cumulative, and each time is below the bound of its bucket and not below the one before', () => {
  for (const ms of [0, 9, 10, 25, 200, 999, 60_000, 600_000, 1e9]) {
    const metrics = new Metrics()
    metrics.take(record(attempt('a/m', { ttftMs: ms })), always)
    const buckets = Object.entries(valuesOf(metrics.text(engineOf())))
      .filter(([name]) => name.startsWith('commonroute_first_token_seconds_bucket'))
      .map(([name, value]): [number, number] => [
        Number((/le="([^"]+)"/.exec(name)?.[1] ?? '').replace('+Inf', 'Infinity')),
        value,
      ])
    expect(buckets).toHaveLength(16)
    expect(buckets.at(-1)).toEqual([Number.POSITIVE_INFINITY, 1])
    for (const [bound, count] of buckets) expect(count, `${ms} ms at ${bound} s`).toBe(ms / 1000 < bound ? 1 : 0)
  }
})

test('names from clients and more than a thousand endpoints share one label; quotes are escaped', () => {
  const metrics = new Metrics()
  metrics.take(record(attempt('up/from a client')), (endpoint) => endpoint !== 'up/from a client')
  for (let i = 0; i < 1500; i++) metrics.take(record(attempt(`up/"${i}\n`)), always)
  const lines = metrics.text(engineOf()).split('\n')
  expect(lines.filter((line) => line.startsWith('commonroute_attempts_total')).length).toBeLessThanOrEqual(1001)
  expect(lines).toContain('commonroute_attempts_total{endpoint="up/\\"7\\n",kind="ok"} 1')
  expect(lines.some((line) => line.includes('from a client'))).toBe(false)
  const total = Object.entries(valuesOf(metrics.text(engineOf())))
    .filter(([name]) => name.startsWith('commonroute_attempts_total'))
    .reduce((sum, [, value]) => sum + value, 0)
  expect(total).toBe(1501)
})

test('shows what is under way and what the breaker thinks', () => {
  const engine = engineOf('a/m')
  for (let i = 0; i < 3; i++) engine.state.health.end(engine.state.health.begin('a/m', 1e12), 'provider_error', 1e12)
  engine.state.health.begin('a/m', 1e12)
  expect(valuesOf(new Metrics().text(engine))).toMatchObject({
    'commonroute_in_flight{endpoint="a/m"}': 1,
    'commonroute_breaker_state{endpoint="a/m"}': 3,
  })
})

test('what several processes count adds up to what one would have counted', () => {
  const usage = { inputTokens: 10, outputTokens: 5 }
  const records = [
    record(attempt('a/m', { kind: 'provider_error', totalMs: 9 }), attempt('b/m', { usage, costUsd: 0.25 })),
    record(attempt('b/m', { usage, totalMs: 3000 })),
  ]
  const [one, all, worker] = [new Metrics(), new Metrics(), new Metrics()]
  for (const each of records) {
    one.take(each, always)
    worker.take(each, always)
    all.merge(structuredClone(worker.drain()!), always)
  }
  expect(worker.drain()).toBeUndefined()
  const load = { inFlight: () => 3, residentBytes: 7 }
  expect(all.text(engineOf('a/m', 'b/m'), load)).toBe(one.text(engineOf('a/m', 'b/m'), load))
  expect(valuesOf(all.text(engineOf('a/m'), load))).toMatchObject({
    'commonroute_in_flight{endpoint="a/m"}': 3,
    process_resident_memory_bytes: 7,
  })
})
