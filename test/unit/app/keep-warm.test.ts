import { afterEach, expect, it, vi } from 'vitest'
import { KeepWarm } from '../../../src/app/keep-warm.ts'
import type { OutcomeBook } from '../../../src/outcomes/cells/cells.ts'
import type { Engine } from '../../../src/routing/engine.ts'

const NOW = 1_800_000_000_000
const MINUTE = 60_000

interface Situation {
  readonly keepWarm?: true | number
  readonly idleMs?: number
  readonly wakingMs?: number
  /** In half an hour. */
  readonly requests?: number
  readonly price?: number
  readonly state?: string
  readonly limitedUntil?: number
}

/** Times that it asked, looking once. */
function asks(situation: Situation): number {
  const { keepWarm = true, idleMs = 4 * MINUTE, wakingMs = 15_000, requests = 20, price = 1 } = situation
  const { state = 'closed', limitedUntil = 0 } = situation
  const handle = vi.fn(async () => {})
  const usd = { prompt: price, completion: price }
  const endpoint = { id: 'p/m', provider: 'p', model: 'm', weight: 1, price: usd }
  const engine = {
    catalogue: { models: new Map([['m', { routes: [{ endpoint, keepWarm }] }]]) },
    state: { health: { of: () => ({ limitedUntil }), inFlight: () => 0, state: () => state } },
    now: () => NOW,
    handle,
  }
  const book = {
    idleness: () => ({ lastAt: NOW - idleMs, wakingMs }),
    window: () => ({ requests }),
  }
  const keeper = new KeepWarm({
    engine: () => engine as unknown as Engine,
    book: book as unknown as OutcomeBook,
    now: () => NOW,
  })
  keeper.look()
  keeper.look()
  keeper.close()
  return handle.mock.calls.length
}

afterEach(() => vi.restoreAllMocks())

it('asks once where an endpoint was seen to sleep and the next request is likely to wait', () => {
  expect(asks({})).toBe(1)
  expect(asks({ idleMs: 3 * MINUTE })).toBe(0)
  expect(asks({ wakingMs: 0 })).toBe(0)
})

it('does not where nobody asks, or where it costs more than the wait', () => {
  expect(asks({ requests: 0 })).toBe(0)
  expect(asks({ price: 1_000 })).toBe(0)
})

it('asks at its interval whatever the traffic, if it says so', () => {
  expect(asks({ keepWarm: 2 * MINUTE, requests: 0, wakingMs: 0, price: 1_000 })).toBe(1)
  expect(asks({ keepWarm: 5 * MINUTE })).toBe(0)
})

it('leaves alone what is left out, or was told to wait', () => {
  expect(asks({ state: 'open' })).toBe(0)
  expect(asks({ state: 'ramping' })).toBe(0)
  expect(asks({ limitedUntil: NOW + 1 })).toBe(0)
})
