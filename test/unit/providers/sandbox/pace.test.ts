import type { JsonObject } from 'commonroute/plugin'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import sandbox from '../../../../providers/sandbox/index.ts'
import { logNormal, randomFrom } from '../../../../providers/sandbox/random.ts'
import { adapterOf, callOf, endpointOf } from '../exchange.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Simulated milliseconds to the head, to the first token and to the end of one streamed answer. */
async function timed(
  model: string,
  options: JsonObject = {},
  seed = 1,
): Promise<{ head: number; first: number; end: number; tokens: number }> {
  const adapter = await adapterOf(sandbox, { outages: [], seed, ...options })
  const body = {
    model,
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: 'Hi' }],
  }
  const request = await adapter.prepare(callOf({ body }), endpointOf(model))
  const started = Date.now()
  const times = { head: 0, first: 0, end: 0, tokens: 0 }
  const read = async (): Promise<void> => {
    const response = await adapter.answer!(request, new AbortController().signal)
    times.head = Date.now() - started
    for await (const chunk of response.body) {
      const text = Buffer.from(chunk).toString()
      if (times.first === 0 && text.includes('"content":"T')) times.first = Date.now() - started
      times.tokens = Number(/"completion_tokens":(\d+)/.exec(text)?.[1] ?? times.tokens)
    }
    times.end = Date.now() - started
  }
  const done = read()
  await vi.runAllTimersAsync()
  await done
  return times
}

describe('sandbox pace', () => {
  it('has the medians and the spread of its profiles', () => {
    const random = randomFrom(42)
    const draws = Array.from({ length: 20_000 }, () => logNormal(random, 240, 0.843)).sort((a, b) => a - b)
    expect(draws[10_000]! / 240).toBeCloseTo(1, 1)
    // thefastest.ai's 95th percentile, 0.96 s.
    expect(draws[19_000]! / 960).toBeCloseTo(1, 1)
  })

  it('waits for the head, for the first token and between tokens as long as was drawn', async () => {
    const runs = []
    for (let seed = 0; seed < 60; seed++) runs.push(await timed('steady', {}, seed))
    const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!
    expect(median(runs.map((run) => run.first))).toBeGreaterThan(580)
    expect(median(runs.map((run) => run.first))).toBeLessThan(700)
    expect(median(runs.map((run) => (run.tokens / (run.end - run.first)) * 1_000))).toBeGreaterThan(54)
    expect(median(runs.map((run) => (run.tokens / (run.end - run.first)) * 1_000))).toBeLessThan(70)
    expect(runs.every((run) => run.head < run.first && run.first < run.end)).toBe(true)
  })

  it('is scaled by time_scale and by a brown-out', async () => {
    const plain = await timed('cheap')
    const scaled = await timed('cheap', { time_scale: 0.1 })
    const slow = await timed('cheap', { outages: [{ model: 'cheap', every: '24h', for: '24h', kind: 'brownout' }] })
    expect(scaled.first / plain.first).toBeCloseTo(0.1, 1)
    expect(slow.first / plain.first).toBeCloseTo(5, 1)
    expect(slow.end / plain.end).toBeCloseTo(5, 1)
  })

  it('stops at once when aborted: before the head, and between tokens', async () => {
    const adapter = await adapterOf(sandbox, { outages: [] })
    const body = { model: 'steady', stream: true, messages: [{ role: 'user', content: 'Hi' }] }
    const request = await adapter.prepare(callOf({ body }), endpointOf('steady'))
    const gone = new Error('the client went away')

    const early = new AbortController()
    const refused = expect(adapter.answer!(request, early.signal)).rejects.toBe(gone)
    early.abort(gone)
    await refused

    const late = new AbortController()
    const answer = adapter.answer!(request, late.signal)
    await vi.advanceTimersByTimeAsync(2_000)
    const iterator = (await answer).body[Symbol.asyncIterator]()
    await iterator.next()
    const next = iterator.next()
    const stopped = expect(next).rejects.toBe(gone)
    late.abort(gone)
    await stopped
    expect(vi.getTimerCount()).toBe(0)
    expect((await iterator.next()).done).toBe(true)
  })
})
