import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { SharedDelta } from '../../../../src/app/sharing.ts'
import { BatchSender } from '../../../../src/app/workers/batch-sender.ts'
import { readDeltas } from '../../../../src/app/workers/deltas.ts'
import type { Batch } from '../../../../src/app/workers/messages.ts'

let batches: Batch[]
/** Of each batch. */
let sent: (() => void)[]
let sender: BatchSender

beforeEach(() => {
  vi.useFakeTimers()
  batches = []
  sent = []
  sender = new BatchSender((batch, done) => {
    batches.push(batch)
    sent.push(done)
  })
})
afterEach(() => {
  vi.useRealTimers()
})

const pace = (value: number) => ({
  of: 'pace' as const,
  selector: 's',
  pace: { budget: value, weight: 0, spread: 0, dear: 1, saved: 0 },
})
const learned = () => {
  const all: SharedDelta[] = []
  for (const { deltas } of batches) if (deltas) readDeltas(deltas, (delta) => all.push(delta))
  return all
}
const linesOf = (batch: Batch | undefined) =>
  batch?.lines.flatMap((bytes) => Buffer.from(bytes).toString().split('\n').slice(0, -1)) ?? []

test('what is learned goes out together, 50 ms later', () => {
  sender.delta(pace(1))
  sender.line(Buffer.from('{"signal":1}'))
  vi.advanceTimersByTime(49)
  sender.delta(pace(2))
  expect(batches).toEqual([])
  vi.advanceTimersByTime(1)
  expect(batches).toHaveLength(1)
  expect(learned()).toEqual([pace(1), pace(2)])
  expect(linesOf(batches[0])).toEqual(['{"signal":1}'])
  expect(batches[0]?.dropped).toBe(0)
})

test('the next batch waits until the system has taken the one before', () => {
  sender.delta(pace(1))
  vi.advanceTimersByTime(50)
  sender.delta(pace(2))
  vi.advanceTimersByTime(10_000)
  expect(batches).toHaveLength(1)
  sent[0]!()
  vi.advanceTimersByTime(50)
  expect(learned()).toEqual([pace(1), pace(2)])
})

test('while nobody takes them, deltas and lines are bounded, and what is lost is counted', () => {
  sender.delta(pace(0))
  vi.advanceTimersByTime(50)
  for (let i = 0; i < 20_005; i++) sender.delta(pace(i))
  // More than the ring holds.
  for (let i = 0; i < 20; i++) sender.line(Buffer.alloc(1024 * 1024, 'x'))
  sender.flush()
  const lines = linesOf(batches[1])
  expect(learned()).toHaveLength(1 + 20_000)
  expect(lines.length).toBeLessThan(20)
  expect(batches[1]!.dropped).toBe(5 + 20 - lines.length)
})

test('counts go along, also alone when they are asked for', () => {
  const requests = new Map([['chat', new Map([['ok', 1]])]])
  sender.metrics = () => ({
    requests,
    endpoints: new Map(),
    checks: new Map(),
    escalations: new Map(),
    connections: new Map(),
  })
  sender.flush()
  expect(batches[0]?.metrics?.requests).toEqual(requests)
})

test('what clients used goes along, and wakes nobody', () => {
  const used = { of: 'usage' as const, client: 'a', day: 1, endpoint: 'p/m', model: 'm', sums: [1, 2, 3, 0, 0.5] }
  sender.usage = () => [used]
  vi.advanceTimersByTime(1000)
  expect(batches).toEqual([])
  sender.line(Buffer.from('{"signal":1}'))
  vi.advanceTimersByTime(50)
  expect(learned()).toEqual([used])
})
