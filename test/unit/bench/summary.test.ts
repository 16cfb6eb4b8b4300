import { expect, test } from 'vitest'
import { toCsv } from '../../../src/bench/csv.ts'
import { estimateCost } from '../../../src/bench/estimate.ts'
import { outcomeOf } from '../../../src/bench/outcome.ts'
import { type Sample, sampleSpeed, spreadOf, summarize } from '../../../src/bench/summary.ts'
import type { AttemptRecord, Operation } from '../../../src/plugins/api.ts'

const AT = Date.UTC(2026, 0, 2, 3, 4, 5)
const sample = (endpoint: string, round: number, attempt: Partial<AttemptRecord>): Sample => ({
  endpoint,
  round,
  at: AT,
  attempt: { endpoint, kind: 'ok', startMs: 0, totalMs: 1000, ...attempt },
})

test('quantiles interpolate between the values around them', () => {
  expect(spreadOf([40, 10, 30, 20])).toEqual({ n: 4, min: 10, p25: 17.5, p50: 25, p75: 32.5, p95: 38.5, max: 40 })
  expect(spreadOf([7])).toEqual({ n: 1, min: 7, p25: 7, p50: 7, p75: 7, p95: 7, max: 7 })
  expect(spreadOf([])).toBeUndefined()
})

test('speed counts the tokens after the first one', () => {
  const speed = (ttftMs: number, totalMs: number, outputTokens?: number) =>
    sampleSpeed(sample('a', 0, { ttftMs, totalMs, ...(outputTokens !== undefined && { usage: { outputTokens } }) }))
  expect(speed(500, 1500, 101)).toBe(100)
  expect(speed(500, 500, 101)).toBeUndefined()
  expect(speed(5, 500, 1)).toBeUndefined()
  expect(speed(5, 500)).toBeUndefined()
})

test('speed counts what the operation yields', () => {
  const speed = (operation: Operation, attempt: Partial<AttemptRecord>) =>
    sampleSpeed({ ...sample('a', 0, attempt), operation })
  expect(speed('image', { totalMs: 20_000, usage: { images: 2 } })).toBe(0.1)
  expect(speed('transcription', { totalMs: 500, usage: { seconds: 60 } })).toBe(120)
  expect(speed('rerank', { totalMs: 100, usage: { documents: 50 } })).toBe(500)
  // From the first piece on, where it flows.
  expect(speed('speech', { ttftMs: 200, totalMs: 1200, usage: { characters: 300 } })).toBe(300)
  expect(speed('speech', { ttftMs: 990, totalMs: 1000, usage: { characters: 300 } })).toBe(300)
})

test('failures count, but their times do not', () => {
  const samples = [
    sample('a', 1, { ttftMs: 300, totalMs: 1300, usage: { outputTokens: 51 }, costUsd: 0.5 }),
    sample('a', 0, { ttftMs: 100, totalMs: 1100, usage: { outputTokens: 101 }, costUsd: 0.25 }),
    sample('a', 2, { kind: 'provider_overloaded', totalMs: 1, status: 503, message: 'busy' }),
  ]
  const [a, b] = summarize(['a', 'b'], samples)
  expect(a).toMatchObject({
    requests: 3,
    ok: 2,
    errors: { provider_overloaded: 1 },
    lastError: 'busy',
    outputTokens: 152,
    costUsd: 0.75,
  })
  expect(a?.ttft).toMatchObject({ n: 2, p50: 200 })
  expect(a?.total?.min).toBe(1100)
  expect(a?.tokensPerSecond?.max).toBe(100)
  expect(a?.series).toEqual([100, 300, undefined])
  expect(b).toEqual({ endpoint: 'b', operation: 'chat', requests: 0, ok: 0, errors: {}, outputTokens: 0, series: [] })
})

test('the upper estimate names the endpoints that it cannot include', () => {
  const endpoint = { provider: 'p', model: 'm', weight: 1 }
  const endpoints = [
    { ...endpoint, id: 'p/priced', price: { prompt: 1, completion: 10 } },
    { ...endpoint, id: 'p/free', price: { prompt: 0, completion: 0 } },
    { ...endpoint, id: 'p/unknown' },
  ]
  const { usd, unpriced } = estimateCost(endpoints, 10, 1000, 200)
  expect(usd).toBeCloseTo(0.03)
  const images = [{ ...endpoint, id: 'p/draw', price: { prompt: 0, completion: 0, image: 0.04 } }]
  expect(estimateCost(images, 10, 1000, 200, () => 'image').usd).toBeCloseTo(0.4)
  expect(unpriced).toEqual(['p/unknown'])
})

test('a measurement is booked as the router books its own traffic', () => {
  const usage = { inputTokens: 1500, outputTokens: 101 }
  expect(outcomeOf(sample('a', 0, { ttftMs: 500, totalMs: 1500, usage, costUsd: 0.1 }), 10)).toEqual({
    endpoint: 'a',
    class: 'chat.lt2k.plain',
    kind: 'ok',
    at: AT,
    stream: true,
    ttftMs: 500,
    totalMs: 1500,
    tokensPerSecond: 100,
    usage,
    costUsd: 0.1,
  })
  expect(outcomeOf(sample('a', 0, { kind: 'provider_network' }), 10)).toEqual({
    endpoint: 'a',
    class: 'chat.lt1k.plain',
    kind: 'provider_network',
    at: AT,
    stream: true,
    totalMs: 1000,
  })
})

test('CSV quotes what must be quoted and lets no upstream text become a formula', () => {
  const csv = toCsv([
    sample('a', 0, {
      ttftMs: 500.12345,
      totalMs: 1500,
      status: 200,
      usage: { inputTokens: 7, outputTokens: 2 },
      costUsd: 0.001,
    }),
    sample('b', 0, { kind: 'provider_error', status: 500, message: '=HYPERLINK("x"), sorry' }),
  ])
  expect(csv.split('\r\n')).toEqual([
    'endpoint,round,ended_at,kind,status,ttft_ms,total_ms,tokens_per_second,input_tokens,output_tokens,cost_usd,message,operation',
    'a,0,2026-01-02T03:04:05.000Z,ok,200,500.123,1500,1,7,2,0.001,,chat',
    `b,0,2026-01-02T03:04:05.000Z,provider_error,500,,1000,,,,,"'=HYPERLINK(""x""), sorry",chat`,
  ])
})
