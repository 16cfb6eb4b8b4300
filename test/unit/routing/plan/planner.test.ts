import { expect, test } from 'vitest'
import type { RoutingStrategy } from '../../../../src/plugins/api.ts'
import adaptive from '../../../../src/plugins/strategies/adaptive.ts'
import { VirtualRouter, virtualModel } from '../../../../src/replay/virtual-router.ts'

const SECOND = 1000
const endpoint = (model: string) => ({ id: `up/${model}`, provider: 'up', model, weight: 1 })
const strategy = adaptive.create(
  { value_of_time: 0.72, objective: 'balanced', exploration: 0, floor: 0 } as never,
  {} as never,
) as RoutingStrategy

/** A router that has learned that `fast` is ten times faster than `slow`, and then sees it die. */
function setUp() {
  const router = new VirtualRouter({ random: () => 0.5 })
  const model = virtualModel('m', [endpoint('fast'), endpoint('slow')], { name: 'adaptive', instance: strategy })
  const world = { now: 1_700_000_000_000, dead: false, slowMs: 0, asked: [] as string[] }
  const ask = () => {
    const [first] = router.plan(
      model,
      { class: 'chat.lt1k.plain', inputTokens: 100, outputTokens: 100, stream: true },
      world.now,
    ).placed
    const id = first!.endpoint.id
    const ticket = router.begin(id, world.now)
    const fails = world.dead && id === 'up/fast'
    world.now += SECOND
    const ttftMs = id === 'up/fast' ? 100 + world.slowMs : 1000
    const ended = { endpoint: id, class: 'chat.lt1k.plain', at: world.now, stream: true, totalMs: ttftMs + 1000 }
    router.end(
      ticket,
      fails ? { ...ended, kind: 'provider_error' } : { ...ended, kind: 'ok', ttftMs, tokensPerSecond: 100 },
      'm',
    )
    world.asked.push(id)
    return id
  }
  for (const { id } of [endpoint('slow'), endpoint('fast')]) {
    for (let time = 0; time < 20; time++) {
      const known = { endpoint: id, class: 'chat.lt1k.plain', kind: 'ok', at: world.now, stream: true } as const
      router.learn({ ...known, totalMs: 2000, ttftMs: id === 'up/fast' ? 100 : 1000, tokensPerSecond: 100 }, 'm')
    }
  }
  return { world, ask }
}

const times = (count: number, ask: () => string) => Array.from({ length: count }, ask)

test('a strategy that throws is named', () => {
  const router = new VirtualRouter({ random: () => 0.5 })
  const broken: RoutingStrategy = {
    rank() {
      throw new TypeError('x is undefined')
    },
  }
  const model = virtualModel('m', [endpoint('a')], { name: './acme.ts', instance: broken })
  const plan = () => router.plan(model, { class: 'chat.lt1k.plain', inputTokens: 1, outputTokens: 1, stream: true }, 0)
  expect(plan).toThrow(
    expect.objectContaining({
      code: 'ROUTER_STRATEGY_FAILED',
      message: expect.stringMatching(/\.\/acme\.ts failed: x is undefined/),
    }),
  )
})

test('an ejected endpoint that would come first is probed now and then, and has its place back once it answers', () => {
  const { world, ask } = setUp()
  expect(new Set(times(10, ask))).toEqual(new Set(['up/fast']))
  world.dead = true
  const outage = times(300, ask).filter((id) => id === 'up/fast').length
  // Three to find out, then at most one in fifty.
  expect(outage).toBeGreaterThan(3)
  expect(outage).toBeLessThanOrEqual(3 + 300 / 50)
  world.dead = false
  times(120, ask)
  expect(times(20, ask).filter((id) => id === 'up/fast').length).toBeGreaterThan(15)
})

test('an endpoint that was slow for a while is asked now and then, and has its place back once it is fast again', () => {
  const { world, ask } = setUp()
  const toFast = (count: number) => times(count, ask).filter((id) => id === 'up/fast').length
  world.slowMs = 20_000
  // Some to find out, then at most one in twenty-five.
  expect(toFast(100)).toBeLessThanOrEqual(4 + 100 / 25)
  world.slowMs = 0
  toFast(100)
  expect(toFast(20)).toBeGreaterThan(15)
})
