import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Batch } from '../../../../src/app/workers/messages.ts'
import { deltasIn } from '../../../../src/app/workers/messages.ts'
import { Outbox } from '../../../../src/app/workers/outbox.ts'

let batches: Batch[]
let outbox: Outbox

beforeEach(() => {
  vi.useFakeTimers()
  batches = []
  outbox = new Outbox((batch) => batches.push(batch))
})
afterEach(() => {
  vi.useRealTimers()
})

const pace = (value: number) => ({
  of: 'pace' as const,
  selector: 's',
  pace: { budget: value, weight: 0, spread: 0, dear: 1 },
})
const learned = () => batches.flatMap(({ deltas }) => (deltas ? deltasIn(deltas) : []))

test('what is learned goes out together, 50 ms later', () => {
  outbox.delta(pace(1))
  outbox.line('{"signal":1}')
  vi.advanceTimersByTime(49)
  outbox.delta(pace(2))
  expect(batches).toEqual([])
  vi.advanceTimersByTime(1)
  expect(batches).toHaveLength(1)
  expect(learned()).toEqual([pace(1), pace(2)])
  expect(batches[0]).toMatchObject({ lines: [[Buffer.from('{"signal":1}'), '', '']], dropped: 0 })
})

test('the next batch waits until the one before is taken', () => {
  outbox.delta(pace(1))
  vi.advanceTimersByTime(50)
  outbox.delta(pace(2))
  vi.advanceTimersByTime(10_000)
  expect(batches).toHaveLength(1)
  outbox.taken()
  vi.advanceTimersByTime(50)
  expect(learned()).toEqual([pace(1), pace(2)])
})

test('while nobody takes them, deltas and lines are bounded, and what is lost is counted', () => {
  outbox.delta(pace(0))
  vi.advanceTimersByTime(50)
  for (let i = 0; i < 20_005; i++) outbox.delta(pace(i))
  // More than the ring holds.
  for (let i = 0; i < 20; i++) outbox.line('x'.repeat(1024 * 1024))
  outbox.flush()
  const { dropped, lines } = batches[1]!
  expect(learned()).toHaveLength(1 + 20_000)
  expect(lines.length).toBeLessThan(20)
  expect(dropped).toBe(5 + 20 - lines.length)
})

test('counts go along, also alone when they are asked for', () => {
  const requests = new Map([['chat', new Map([['ok', 1]])]])
  outbox.metrics = () => ({ requests, endpoints: new Map(), checks: new Map(), escalations: new Map() })
  outbox.flush()
  expect(batches[0]?.metrics?.requests).toEqual(requests)
})
