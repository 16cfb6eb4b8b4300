import { describe, expect, test } from 'vitest'
import { UsageBook } from '../../../../src/outcomes/usage/usage-book.ts'
import type { AttemptRecord } from '../../../../src/plugins/api.ts'

/** A Wednesday. */
const NOW = Date.UTC(2026, 10, 25, 12)
const DAY = 86_400_000

const attempt = (more: Partial<AttemptRecord> = {}): AttemptRecord => ({
  endpoint: 'acme/small',
  kind: 'ok',
  startMs: 0,
  totalMs: 10,
  usage: { inputTokens: 10, outputTokens: 5, reasoningTokens: 2 },
  costUsd: 1,
  ...more,
})
const FAILED: AttemptRecord = { endpoint: 'acme/down', kind: 'provider_error', startMs: 0, totalMs: 10 }
const request = (more: object = {}) => ({
  client: 'alice',
  model: 'small',
  operation: 'chat' as const,
  time: NOW,
  attempts: [attempt()],
  ...more,
})

describe('totals', () => {
  test('of this UTC day, of the week from Monday, of the month, and all', () => {
    const book = new UsageBook()
    const days = ['2026-10-31', '2026-11-01', '2026-11-22', '2026-11-23', '2026-11-25']
    for (const day of days) book.take(request({ time: Date.parse(`${day}T23:59:59Z`) }))
    expect(book.totals('alice', NOW)).toEqual({ all: 5, month: 4, week: 2, day: 1 })
  })

  test('are those of the client, or of all', () => {
    const book = new UsageBook()
    book.take(request())
    book.take(request({ client: 'bob' }))
    book.take(request({ client: undefined }))
    expect(book.totals('bob', NOW).all).toBe(1)
    expect(book.totals('', NOW).all).toBe(1)
    expect(book.totals('carol', NOW).all).toBe(0)
    expect(book.totals(undefined, NOW).all).toBe(3)
  })

  test('stay when the days behind them are forgotten', () => {
    const book = new UsageBook()
    book.take(request({ time: NOW - 40 * DAY }))
    book.take(request())
    expect(book.totals('alice', NOW)).toMatchObject({ all: 2, month: 1 })
    expect(book.activity('alice', NOW)).toHaveLength(1)
  })
})

describe('activity', () => {
  test('is by day, endpoint and model', () => {
    const book = new UsageBook()
    book.take(request({ time: NOW - DAY }))
    book.take(request())
    book.take(request({ attempts: [FAILED, attempt({ costUsd: 3 })] }))
    expect(book.activity('alice', NOW)).toEqual([
      {
        date: '2026-11-25',
        endpoint: 'acme/small',
        model: 'small',
        requests: 2,
        inputTokens: 20,
        outputTokens: 10,
        reasoningTokens: 4,
        costUsd: 4,
      },
      expect.objectContaining({ date: '2026-11-24', requests: 1 }),
    ])
  })

  test('has no counts of tokens, and nothing that neither answered nor cost anything', () => {
    const book = new UsageBook()
    book.take(request({ operation: 'counting' }))
    book.take(request({ attempts: [FAILED] }))
    expect(book.activity(undefined, NOW)).toEqual([])
    expect(book.revision).toBe(0)
  })

  test('is bounded: what does not fit shares one row', () => {
    const book = new UsageBook()
    for (let i = 0; i < 10_050; i++) book.take(request({ model: `model-${i}` }))
    const rows = book.activity('alice', NOW)
    expect(rows).toHaveLength(10_001)
    expect(rows.find(({ model }) => model === 'other')).toMatchObject({ endpoint: 'other', requests: 50 })
    expect(book.totals('alice', NOW).day).toBe(10_050)
  })
})

test('long names, which clients may invent, share a row', () => {
  const book = new UsageBook()
  for (const letter of ['a', 'b']) book.take(request({ model: letter.repeat(300) }))
  expect(book.activity('alice', NOW)).toMatchObject([{ model: 'other', endpoint: 'other', requests: 2 }])
})

test('survives being saved and read again', () => {
  const book = new UsageBook()
  book.take(request())
  book.take(request({ client: 'bob', model: 'big', time: NOW - DAY }))
  const again = new UsageBook()
  again.decode(JSON.parse(JSON.stringify(book.encode())))
  expect(again.activity(undefined, NOW)).toEqual(book.activity(undefined, NOW))
  expect(again.totals('bob', NOW)).toEqual(book.totals('bob', NOW))
  expect(again.revision).toBe(0)
})

test.each([undefined, 7, {}, { clients: 7 }, { clients: [7, ['a'], ['a', 'b'], ['a', 1, [[1, [[2]]]]]] }])(
  'takes nothing from %j',
  (state) => {
    const book = new UsageBook()
    book.decode(state)
    expect(book.activity(undefined, NOW)).toEqual([])
  },
)

test('a book beside it takes over what it took, summed up and once', () => {
  const [here, there] = [new UsageBook(), new UsageBook()]
  here.isShared = true
  const handOver = () => {
    const deltas = here.drain()
    for (const delta of deltas) there.merge(JSON.parse(JSON.stringify(delta)))
    return deltas.length
  }
  expect(handOver()).toBe(0)
  here.take(request())
  here.take(request())
  here.take(request({ client: 'bob', time: NOW - DAY }))
  expect(handOver()).toBe(2)
  here.take(request())
  expect(handOver()).toBe(1)
  for (const client of ['alice', 'bob', undefined]) {
    expect(there.activity(client, NOW)).toEqual(here.activity(client, NOW))
    expect(there.totals(client, NOW)).toEqual(here.totals(client, NOW))
  }
  // What came from elsewhere is not handed on.
  expect(there.drain()).toEqual([])
})
