import { expect, test } from 'vitest'
import { at, attemptsOf, bad, ok, play, TINY } from './tiny-world.ts'

test('one good answer: what was waited for, and no more', async () => {
  const played = await play(TINY, { one: [at(1, ok(0.5, 2), ok(0.1, 1))] })
  expect(attemptsOf(played)).toEqual([['a/m']])
  expect(played.score.result('priority')).toMatchObject({
    requests: 1,
    mean_loss: 2,
    mean_regret: 1,
    failed: 0,
    attempts_per_request: 1,
  })
})

test('a failed attempt moves on to the next endpoint, and both are waited for', async () => {
  const played = await play(TINY, { one: [at(1, bad('provider_error', 0.5), ok(0.1, 1))] })
  expect(attemptsOf(played)).toEqual([['a/m', 'b/m']])
  expect(played.score.result('p')).toMatchObject({
    mean_loss: 1.5,
    mean_regret: 0.5,
    failed: 0,
    attempts_per_request: 2,
  })
})

test('three attempts at most; what was never answered costs 20 s on top', async () => {
  const played = await play(TINY, { one: [at(1, bad('provider_error', 1), bad('provider_network', 2))] })
  const [request] = played.served
  expect(attemptsOf(played)).toEqual([['a/m', 'b/m', 'a/m']])
  expect(request!.ok).toBe(false)
  // 1 + 2 + 1 s, and the waiting before the second round, under 0.25 s.
  expect(request!.waitedS).toBeGreaterThanOrEqual(4)
  expect(request!.waitedS).toBeLessThan(4.25)
  expect(played.score.result('p').mean_loss).toBeCloseTo(20 + request!.waitedS, 9)
})

test('what is the caller’s own fault is not tried elsewhere', async () => {
  const played = await play(TINY, { one: [at(1, bad('caller_invalid', 0.1), ok(0.1, 1))] })
  expect(attemptsOf(played)).toEqual([['a/m']])
})

test('price counts in seconds at the value of time', async () => {
  const endpoints = { ...TINY.endpoints, 'a/m': { model: 'm', price_prompt_per_m: 1, price_completion_per_m: 8 } }
  // 100 + 8 * 50 = 500 millionths of a dollar at a dollar an hour: 1.8 s.
  const played = await play({ ...TINY, endpoints }, { one: [at(1, ok(0.5, 2), ok(0.1, 1))] })
  expect(played.served[0]!.costUsd).toBeCloseTo(0.0005, 12)
  expect(played.score.result('p').mean_loss).toBeCloseTo(3.8, 9)
})

test('over its cap an endpoint answers 429 after 0.2 s, and takes requests again a minute after those it took', async () => {
  const sites = [{ id: 'one', model: 'm', region: 'eu', caps_rpm: { 'a/m': 1 } }]
  const lines = [1, 30, 62].map((t) => at(t, ok(0.5, 2), ok(0.1, 1)))
  const played = await play({ ...TINY, sites }, { one: lines })
  expect(attemptsOf(played)).toEqual([['a/m'], ['a/m', 'b/m'], ['a/m']])
  expect(played.served[1]!.waitedS).toBeCloseTo(1.2, 9)
  expect(played.served[1]!.attempts[0]!.outcome).toMatchObject({ kind: 'provider_rate_limited', totalS: 0.2 })
})

test('the breaker takes a dead endpoint out and lets it come back', async () => {
  const dead = (t: number) => t < 60
  const lines = Array.from({ length: 60 }, (_, i) => 4 * i).map((t) =>
    at(t, dead(t) ? bad('provider_error', 0.5) : ok(0.5, 2), ok(0.1, 1)),
  )
  const played = await play(TINY, { one: lines })
  const tried = attemptsOf(played).map((attempts) => attempts.includes('a/m'))
  expect(tried.slice(0, 3)).toEqual([true, true, true])
  // Ejected for 30 s after the third fault, probed once, ejected for 60 s.
  expect(tried.slice(3, 15).filter(Boolean)).toHaveLength(1)
  expect(tried.slice(50).every(Boolean)).toBe(true)
  expect(played.served.every(({ ok: answered }) => answered)).toBe(true)
})

test('a probe that hangs is given up after 2 s, or eight times what its first token is expected to take', async () => {
  const hangs = (t: number) => at(t, bad('provider_timeout_first_token', 30), ok(0.1, 1))
  const played = await play(TINY, { one: [hangs(0), hangs(50), hangs(100), hangs(200)] })
  expect(played.served.map(({ waitedS }) => waitedS)).toEqual([31, 31, 31, 3])
})

test('requests under way at once are seen as such: the least busy one is taken', async () => {
  const lines = [0, 1, 2].map((t) => at(t, ok(0.5, 100), ok(0.5, 100)))
  const first = attemptsOf(await play(TINY, { one: lines }, 'least-busy')).map(([endpoint]) => endpoint)
  expect(new Set(first.slice(0, 2))).toEqual(new Set(['a/m', 'b/m']))
})

test('an answer after the timeout is a timeout', async () => {
  const played = await play(TINY, { one: [at(1, ok(40, 50), ok(0.1, 1))] })
  expect(played.served[0]!.attempts[0]!.outcome).toMatchObject({ kind: 'provider_timeout_first_token', totalS: 30 })
  expect(played.served[0]!.waitedS).toBe(31)
})

test('the same seed gives the same choices, another seed others', async () => {
  const lines = { one: Array.from({ length: 200 }, (_, i) => at(i, ok(0.5, 1), ok(0.5, 1))) }
  const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => play(TINY, lines, 'weighted', { seed })))
  expect(attemptsOf(a!)).toEqual(attemptsOf(b!))
  expect(attemptsOf(a!)).not.toEqual(attemptsOf(c!))
})

test('best fixed endpoint, and the first twenty requests beyond it', async () => {
  const lines = Array.from({ length: 30 }, (_, i) => at(10 * i, ok(0.5, 2), ok(0.1, i < 20 ? 1 : 2)))
  const [site] = (await play(TINY, { one: lines })).score.result('p').sites
  expect(site).toMatchObject({ best_fixed: 'b/m', mean_loss: 2, first20_loss: 2, first20_excess: 1 })
  expect(site!.best_fixed_loss).toBeCloseTo(4 / 3, 9)
})
