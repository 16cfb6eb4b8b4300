import { expect, test } from 'vitest'
import type { Outcome } from '../../../../src/outcomes/types.ts'
import { SharedMap } from '../../../../src/replay/world/shared-map.ts'
import { at, attemptsOf, ok, play, TINY } from './tiny-world.ts'

const HOUR = 3600
const sites = [
  { id: 'old', model: 'm', region: 'eu' },
  { id: 'new', model: 'm', region: 'eu' },
]
const outcome = (ttftMs: number): Outcome => ({
  endpoint: 'a/m',
  class: 'c',
  kind: 'ok',
  at: 1000,
  stream: true,
  ttftMs,
  totalMs: 9000,
  tokensPerSecond: 50,
})
const site = (id: string, region = 'eu') => ({ id, region, model: 'm', capsRpm: new Map() })

test('a site gets what the others learned, never its own; replaced and not added up', () => {
  const map = new SharedMap([site('x'), site('y')])
  for (let i = 0; i < 8; i++) map.learn('x', outcome(500))
  expect(map.priorOf('y').find('a/m', 'c')?.ttft).toBeUndefined()
  for (let i = 0; i < 3; i++) map.refresh(2000)
  expect(map.priorOf('y').find('a/m', 'c')?.ttft).toMatchObject({
    mean: expect.closeTo(Math.log(500), 3),
    kappa: expect.closeTo(8 / 3, 3),
  })
  expect(map.priorOf('y').find('a/m', 'c')!.speed!.mean).toBeCloseTo(Math.log(50), 3)
  expect(map.priorOf('x').find('a/m', 'c')?.ttft).toBeUndefined()
  expect(map.priorOf('y').find('a/m', 'other')?.ttft).toBeUndefined()
})

test('sites of the same region come before others', () => {
  const map = new SharedMap([site('x', 'us'), site('y', 'eu'), site('z', 'eu'), site('far', 'asia')])
  for (let i = 0; i < 9; i++) {
    map.learn('x', outcome(900))
    map.learn('y', outcome(100))
  }
  map.refresh(2000)
  expect(map.priorOf('z').find('a/m', 'c')!.ttft!.mean).toBeCloseTo(Math.log(100), 3)
  // No neighbours: the middle of both.
  expect(map.priorOf('far').find('a/m', 'c')!.ttft!.mean).toBeCloseTo(Math.log(300), 3)
})

test('a site that begins after the first hour starts with what the other one knows', async () => {
  const slow = ok(3, 4)
  const fast = ok(0.3, 1.3)
  const lines = {
    old: Array.from({ length: 300 }, (_, i) => at(10 * i, slow, fast)),
    new: Array.from({ length: 20 }, (_, i) => at(HOUR + 60 + 10 * i, slow, fast)),
  }
  const world = { ...TINY, hours: 2, sites }
  const slowOnes = async (map: boolean) => {
    const played = await play(world, lines, 'adaptive', { map })
    const mine = { ...played, served: played.served.filter((one) => one.site === 'new') }
    return attemptsOf(mine).filter(([first]) => first === 'a/m').length
  }
  expect(await slowOnes(true)).toBe(0)
  expect(await slowOnes(false)).toBeGreaterThan(0)
})
