import { expect, test } from 'vitest'
import { summarizeOutages } from '../../../../src/replay/world/outage-log.ts'
import { at, bad, ok, play, TINY } from './tiny-world.ts'

const endpoints = { 'a/m': { model: 'm', outages: [[600, 1200]] }, 'b/m': { model: 'm' } }
const lines = Array.from({ length: 900 }, (_, i) => 2 * i).map((t) =>
  at(t, t >= 600 && t < 1200 ? bad('provider_error', 0.1) : ok(0.2, 1), ok(0.2, 1)),
)

test('counts attempts at a dead endpoint, and how soon its share is back', async () => {
  const played = await play({ ...TINY, endpoints }, { one: lines })
  const [effect, ...others] = played.score.outages()
  expect(others).toEqual([])
  // Three faults and it has been left; a probe after 30 s, then one a minute, since failing costs little.
  expect(effect).toMatchObject({ site: 'one', endpoint: 'a/m', from: 600, share: 1, wasted: 13, leaving: 3, after: 61 })
  // The probe within a minute of healing, and the ramp.
  expect(effect!.regainedS).toBeGreaterThan(20)
  expect(effect!.regainedS).toBeLessThan(100)
  expect(effect!.isBest).toBe(true)
})

test('an endpoint that was not used before is no loss', async () => {
  const only = { ...TINY, endpoints: { 'b/m': { model: 'm' }, 'a/m': endpoints['a/m'] } }
  const turned = lines.map((line) => ({
    ...line,
    outcomes: { 'b/m': line.outcomes['b/m'], 'a/m': line.outcomes['a/m'] },
  }))
  expect((await play(only, { one: turned })).score.outages()).toEqual([])
})

test('summary', () => {
  const effect = (wasted: number, regainedS: number | undefined, after: number) => ({
    ...{ site: 's', endpoint: 'e', from: 0, share: 1, leaving: 1 },
    ...{ wasted, regainedS, after, isBest: after < 21 },
  })
  expect(summarizeOutages([effect(2, 60, 20), effect(4, undefined, 21), effect(3, 5, 19)])).toMatchObject({
    outages: 3,
    judged: 2,
    wasted_mean: 3,
    regained_2min: 0.5,
    regained_median_s: 930,
    judged_best: 1,
    regained_best_2min: 1,
  })
})

test('twenty requests within two minutes of the return, and ten of them to fill the window', async () => {
  const often = lines.filter((_, i) => i % 5 === 0)
  const [effect] = (await play({ ...TINY, endpoints }, { one: often })).score.outages()
  expect(effect!.after).toBeLessThan(20)
  // One every ten seconds: the tenth request after the return comes a minute and a half later at the earliest.
  expect(effect!.regainedS).toBeGreaterThanOrEqual(90)
})
