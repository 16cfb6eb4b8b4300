/** Two routers that tell each other what changed, by values that JSON can hold. */
import { beforeEach, expect, test } from 'vitest'
import type { OutcomeKind, StateDelta } from '../../../../src/plugins/api.ts'
import { createState, type EngineState, mergeState, stateDeltas } from '../../../../src/routing/state/state.ts'

const T = 1_800_000_000_000
const ID = 'a/m'
let here: EngineState
let there: EngineState
let sent: StateDelta[]

beforeEach(() => {
  sent = []
  here = createState({ onDelta: (delta) => sent.push(delta) })
  there = createState({ onDelta: () => expect.unreachable('what was merged is not sent again') })
})

const fail = (kind: OutcomeKind, more: object = {}, operation = 'chat') =>
  here.health.end(here.health.begin(ID, T, 100, operation), kind, T, more)

function deliver(now = T): void {
  for (const delta of sent) mergeState(there, JSON.parse(JSON.stringify(delta)) as StateDelta, now)
  sent = []
}

test('an ejection holds elsewhere, as long, and ends when one of them finds the endpoint well', () => {
  for (let i = 0; i < 3; i++) fail('provider_error')
  deliver()
  expect(there.health.state(ID, T + 29_000)).toBe('open')
  expect(there.health.state(ID, T + 31_000)).toBe('half-open')
  here.health.end(here.health.begin(ID, T + 31_000), 'ok', T + 32_000)
  deliver(T + 32_000)
  expect(there.health.state(ID, T + 32_000)).toBe('ramping')
})

test('an attempt begun before an ejection elsewhere does not end it', () => {
  const ticket = there.health.begin(ID, T)
  for (let i = 0; i < 3; i++) fail('provider_error')
  deliver()
  there.health.end(ticket, 'ok', T + 10)
  expect(there.health.state(ID, T + 20)).toBe('open')
})

test('a missing operation is missing elsewhere, the others are not', () => {
  fail('provider_not_found', { about: 'operation' }, 'embedding')
  deliver()
  expect(there.health.state(ID, T, 'embedding')).toBe('open')
  expect(there.health.state(ID, T)).toBe('closed')
})

test('a rest after a 429 is kept elsewhere, with the learned cap', () => {
  for (let i = 0; i < 9; i++) here.health.begin(ID, T)
  fail('provider_rate_limited', { retryAfterMs: 5000 })
  deliver()
  expect(there.health.available(ID, T + 4999)).toBe(false)
  expect(there.health.available(ID, T + 5000)).toBe(true)
  expect(there.health.of(ID)?.cap.at(T) ?? Number.POSITIVE_INFINITY).toBe(
    here.health.of(ID)?.cap.at(T) ?? Number.POSITIVE_INFINITY,
  )
})

test('what comes late or from a wrong clock ejects nobody for ever', () => {
  const open = { of: 'health', endpoint: ID, state: 'open', cause: 'x' } as const
  mergeState(there, { ...open, retryAt: T - 1 }, T)
  expect(there.health.state(ID, T)).toBe('closed')
  mergeState(there, { ...open, retryAt: T + 1e12 }, T)
  expect(there.health.state(ID, T + 3_600_000)).toBe('half-open')
  mergeState(there, { ...open, state: 'limited', retryAt: T + 1e12 }, T)
  expect(there.health.available(ID, T + 3_600_000)).toBe(true)
})

test('limits count what was used elsewhere', () => {
  const limits = { rpm: 2, tpm: 1000 }
  const reserved = here.limits.reserve(ID, limits, { input: 300, output: 400 }, T)
  deliver()
  expect(there.limits.used(ID, limits, T)).toEqual({ requests: 1, tokens: 700 })
  here.limits.settle(ID, reserved!, 500, T)
  deliver()
  expect(there.limits.used(ID, limits, T)).toEqual({ requests: 1, tokens: 500 })
  expect(there.limits.exceeded(ID, limits, { input: 501, output: 0 }, T)).toBe('limits.tpm 1000 reached')
})

test('without limits nothing is counted or sent', () => {
  here.limits.reserve(ID, {}, { input: 300, output: 0 }, T)
  expect(sent).toEqual([])
})

test("a conversation's home is known elsewhere, the later one wins", () => {
  const visit = { usage: { cacheReadTokens: 7 }, named: true, longCache: false, ttl: 'auto' } as const
  here.affinity.set('k', { ...visit, endpoint: ID }, T)
  const [first] = sent as [StateDelta]
  here.affinity.set('k', { ...visit, endpoint: 'b/m' }, T + 10)
  deliver(T + 10)
  mergeState(there, first, T + 10)
  expect(there.affinity.get('k', T + 10)).toEqual({ endpoint: 'b/m', expires: T + 300_010, cachedTokens: 7 })
})

test('one that comes later learns what holds at that moment', () => {
  const limits = { rpm: 10 }
  for (let i = 0; i < 3; i++) fail('provider_error')
  here.health.end(here.health.begin('b/m', T, 100), 'provider_rate_limited', T, { retryAfterMs: 5000 })
  here.affinity.set('talk', { endpoint: 'a/m', usage: undefined, named: true, longCache: false, ttl: 'auto' }, T)
  here.limits.reserve('c/m', limits, { input: 7, output: 0 }, T)
  sent = [...stateDeltas(here, T + 10)]
  deliver(T + 10)
  expect(there.health.state(ID, T + 20)).toBe('open')
  expect(there.health.available('b/m', T + 4999)).toBe(false)
  expect(there.affinity.get('talk', T + 20)?.endpoint).toBe('a/m')
  expect(there.limits.used('c/m', limits, T + 20)).toEqual({ requests: 1, tokens: 7 })
})

test('a cap that was learned together grows as one would', () => {
  const cap = (others: number, after: number) => {
    const { health } = createState({ others })
    for (let i = 0; i < 9; i++) health.begin(ID, T)
    health.end(health.begin(ID, T), 'provider_rate_limited', T)
    return health.of(ID)!.cap.at(T + after)
  }
  expect([cap(0, 10_000), cap(1, 10_000), cap(1, 20_000)]).toEqual([8, 7, 8])
})
