import { describe, expect, test } from 'vitest'
import { drawSeed, seeded } from '../../../../src/base/random.ts'
import { lineToRecord, recordToLine } from '../../../../src/outcomes/log/record-line.ts'
import type { Candidate, RoutingStrategy } from '../../../../src/plugins/api.ts'
import adaptive from '../../../../src/plugins/strategies/adaptive.ts'
import { loggedCandidate } from '../../../../src/replay/log/logged-candidate.ts'
import { VirtualRouter, virtualModel } from '../../../../src/replay/virtual-router.ts'
import type { Plan } from '../../../../src/routing/plan/planner.ts'
import { record } from '../../outcomes/records.ts'

const NOW = 1_700_000_000_000
const CLASS = 'chat.lt1k.plain'
const ASKED = { class: CLASS, inputTokens: 100, outputTokens: 100, stream: true }
const strategy = adaptive.create(
  { value_of_time: 0.72, objective: 'balanced', exploration: 0.01 },
  {} as never,
) as RoutingStrategy
const endpoint = (model: string) => ({
  id: `up/${model}`,
  provider: 'up',
  model,
  weight: 1,
  price: { prompt: 1, completion: 2 },
})

/** Three well-known endpoints, much alike. */
function setUp(names: readonly string[] = ['a', 'b', 'c']) {
  const world = { random: 0.5 }
  const router = new VirtualRouter({ random: () => world.random })
  const model = virtualModel('m', names.map(endpoint), { name: 'adaptive', instance: strategy })
  for (let i = 0; i < 50 * names.length; i++) {
    const id = endpoint(names[i % names.length]!).id
    const times = { totalMs: 2000, ttftMs: 400 + 9 * (i % 11), tokensPerSecond: 80 }
    router.learn({ endpoint: id, class: CLASS, kind: 'ok', at: NOW, stream: true, ...times }, 'm')
  }
  return { world, router, model, plan: (now = NOW, asked = ASKED) => router.plan(model, asked, now) }
}

const sharedOf = ({ placed }: Plan) => placed.map(({ of }) => of)

const idsOf = (placed: readonly { readonly endpoint: { readonly id: string } }[]) =>
  placed.map((each) => each.endpoint.id)

describe('what two requests share', () => {
  test('is what was prepared for the first of them, and its place in the log', () => {
    const { plan } = setUp()
    const [first, second, later] = [plan(), plan(NOW + 900), plan(NOW + 1100)].map(sharedOf)
    for (const each of first!) expect(second).toContain(each)
    expect(first![0]!.json).toBe(second!.find((each) => each === first![0])!.json)
    expect(later).not.toContain(first![0]!)
  })

  test('is kept for a tenth of a second where more than a few outcomes have come', () => {
    const { plan, router } = setUp()
    const [first] = sharedOf(plan())
    const known = { class: CLASS, kind: 'ok', stream: true, totalMs: 2000, ttftMs: 445, tokensPerSecond: 80 } as const
    const learn = (times: number) => {
      for (let time = 0; time < times; time++) router.learn({ ...known, endpoint: 'up/a', at: NOW + 1 }, 'm')
    }
    learn(3)
    expect(sharedOf(plan(NOW + 150))).toContain(first)
    learn(1)
    expect(sharedOf(plan(NOW + 50))).toContain(first)
    expect(sharedOf(plan(NOW + 150))).not.toContain(first)
  })

  test('is kept no longer where somebody is refused', () => {
    const { plan, router } = setUp()
    const failed = {
      class: CLASS,
      kind: 'provider_error',
      stream: true,
      totalMs: 5,
      endpoint: 'up/c',
      at: NOW,
    } as const
    for (let time = 0; time < 20; time++) router.end(router.begin('up/c', NOW), failed, 'm')
    expect(plan().excluded).toHaveLength(1)
    const [first] = sharedOf(plan())
    expect(sharedOf(plan(NOW + 50))).toContain(first)
    expect(sharedOf(plan(NOW + 150))).not.toContain(first)
  })

  test('ends when another map says something else, and when the same one does', () => {
    const { plan, router } = setUp()
    const incidents: string[] = []
    const map = {
      revision: 0,
      find: (id: string) => (incidents.includes(id) ? { incident: true as const } : undefined),
    }
    const warned = () => plan().placed.flatMap(({ candidate }) => (candidate.incident ? candidate.endpoint.id : []))
    plan()
    incidents.push('up/a')
    router.book.prior = map
    expect(warned()).toEqual(['up/a'])
    incidents.push('up/b')
    map.revision += 1
    expect(warned().sort()).toEqual(['up/a', 'up/b'])
    router.book.prior = { find: () => undefined }
    expect(warned()).toEqual([])
  })

  test.each([
    ['tokens', { ...ASKED, inputTokens: 120 }],
    ['a limit of output', { ...ASKED, outputTokens: 99 }],
    ['a stream', { ...ASKED, stream: false }],
    ['a class', { ...ASKED, class: 'chat.lt1k.structured' }],
  ])('is nothing where they differ in %s', (_, asked) => {
    const { plan } = setUp()
    const first = new Set(sharedOf(plan()))
    expect(sharedOf(plan(NOW, asked)).some((each) => first.has(each))).toBe(false)
  })

  test('ends with a fault, at once', () => {
    const { router, plan } = setUp()
    const before = plan().placed
    const ticket = router.begin('up/a', NOW)
    router.end(
      ticket,
      { endpoint: 'up/a', class: CLASS, kind: 'provider_error', at: NOW, stream: true, totalMs: 10 },
      'm',
    )
    const success = (id: string) => plan().placed.find((each) => each.endpoint.id === id)!.record.success
    expect(success('up/a')).toBeLessThan(before.find((each) => each.endpoint.id === 'up/a')!.record.success)
  })

  test('ends when an endpoint asks to wait', () => {
    const { router, plan } = setUp()
    plan()
    router.health.end(router.begin('up/a', NOW), 'provider_rate_limited', NOW, { retryAfterMs: 5000 })
    expect(idsOf(plan().placed)).not.toContain('up/a')
    expect(plan().excluded).toMatchObject([{ endpoint: 'up/a', reason: 'rate_limited' }])
  })

  test('does not hide a context that is too short for the second', () => {
    const { router, model } = setUp()
    const [first, ...rest] = model.routes
    const short = { ...first!, endpoint: { ...first!.endpoint, contextLength: 10_050 } }
    const narrow = { ...model, routes: [short, ...rest] }
    const ids = (inputTokens: number) =>
      idsOf(router.plan(narrow, { ...ASKED, class: 'chat.lt64k.plain', inputTokens, outputTokens: 50 }, NOW).placed)
    expect(ids(10_000)).toContain('up/a')
    expect(ids(10_001)).not.toContain('up/a')
    expect(ids(10_000)).toContain('up/a')
  })
})

test('what is in flight is that of each request, and its own place in the log', () => {
  const { router, plan } = setUp()
  const inFlight = () =>
    Object.fromEntries(plan().placed.map(({ endpoint: { id }, record: { inFlight = 0 } }) => [id, inFlight]))
  expect(inFlight()).toEqual({ 'up/a': 0, 'up/b': 0, 'up/c': 0 })
  const ticket = router.begin('up/b', NOW)
  expect(inFlight()).toEqual({ 'up/a': 0, 'up/b': 1, 'up/c': 0 })
  router.health.end(ticket, 'caller_cancelled', NOW)
  expect(inFlight()).toEqual({ 'up/a': 0, 'up/b': 0, 'up/c': 0 })
})

test('a busy endpoint that bears no more is passed over by the very next request', () => {
  const { router, plan } = setUp(['a', 'b'])
  router.health.end(router.begin('up/b', NOW), 'provider_rate_limited', NOW, { retryAfterMs: 0 })
  const chance = () => plan(NOW + 1).placed.find((each) => each.endpoint.id === 'up/b')!.propensity
  const before = chance()
  for (let i = 0; i < 5; i++) router.begin('up/b', NOW)
  expect(chance()).toBeLessThan(before / 2)
})

test('the seed and the log give a drawn decision again, whatever is in flight', () => {
  const { world, router, plan } = setUp()
  const random = seeded(4)
  for (let round = 0; round < 200; round++) {
    world.random = random()
    if (round % 7 === 0) router.begin(`up/${'abc'[round % 3]}`, NOW)
    const { placed, outputTokens } = plan()
    const line = recordToLine(record({ candidates: placed.map((each) => each.record) }))
    const logged = lineToRecord(line)!.candidates.map((each) => loggedCandidate(each, [])!)
    const request = { class: CLASS, inputTokens: 100, expectedOutputTokens: outputTokens, stream: true }
    const again = strategy.rank(request, logged, { random: seeded(drawSeed(() => world.random)), now: 0 })
    expect(idsOf(again)).toEqual(idsOf(placed))
    for (const [at, { propensity }] of again.entries()) expect(propensity).toBeCloseTo(placed[at]!.propensity, 2)
  }
})

test('each comes first as often as its propensity says', () => {
  const { world, plan } = setUp()
  const random = seeded(9)
  const draws = 4000
  const firsts = new Map<string, number>()
  for (let i = 0; i < draws; i++) {
    world.random = random()
    const first = plan().placed[0]!.endpoint.id
    firsts.set(first, (firsts.get(first) ?? 0) + 1 / draws)
  }
  for (const {
    endpoint: { id },
    propensity,
  } of plan().placed) {
    expect(Math.abs((firsts.get(id) ?? 0) - propensity)).toBeLessThan(
      5 * Math.sqrt((propensity * (1 - propensity)) / draws) + 1e-3,
    )
  }
})

describe('a strategy that prepares nothing', () => {
  const rankedBy = (rank: RoutingStrategy['rank']) => {
    const { router } = setUp()
    const model = virtualModel('m', ['a', 'b', 'c'].map(endpoint), { name: 'other', instance: { rank } })
    return { router, plan: (now = NOW) => router.plan(model, ASKED, now) }
  }
  const inTurn = ({ lastPicked }: Candidate) => lastPicked
  const sortedBy =
    (key: (candidate: Candidate) => number): RoutingStrategy['rank'] =>
    (_request, candidates) =>
      candidates
        .toSorted((one, other) => key(one) - key(other))
        .map(({ endpoint }, at) => ({ endpoint, score: at, propensity: at === 0 ? 1 : 0, why: `number ${at}` }))

  test('has its places in the log made once, as long as it says the same', () => {
    const { plan } = rankedBy(sortedBy(({ position }) => position))
    const [first, second] = [plan().placed, plan(NOW + 50).placed]
    for (const [at, each] of first.entries()) expect(second[at]!.json).toBe(each.json)
  })

  test('is shown who was picked last, all the same', () => {
    const { plan } = rankedBy(sortedBy(inTurn))
    const firsts = Array.from({ length: 6 }, () => plan().placed[0]!.endpoint.id)
    expect(firsts).toEqual(['up/a', 'up/b', 'up/c', 'up/a', 'up/b', 'up/c'])
  })

  test('has what it says of a candidate in the log, when it says something else', () => {
    const { plan } = rankedBy(sortedBy(inTurn))
    plan()
    for (const { record, endpoint } of plan().placed) expect(record.why).toBe(`number ${'bca'.indexOf(endpoint.model)}`)
  })

  test('has in the log what was in flight', () => {
    const { router, plan } = rankedBy(sortedBy(({ position }) => position))
    plan()
    router.begin('up/a', NOW)
    expect(plan().placed[0]!.record.inFlight).toBe(1)
  })

  test('has in the log how long somebody has waited, by steps of a fifth', () => {
    const { router, plan } = rankedBy(sortedBy(({ position }) => position))
    router.health.begin('up/a', NOW, 20)
    const [soon, later, late] = [1, 55, 60].map((ms) => plan(NOW + ms).placed[0]!)
    expect(soon!.record.stall).toBeLessThan(1.1)
    expect([later!.record.stall, late!.record.stall]).toEqual([1.2, 1.44])
    expect(Buffer.from(late!.json).toString()).toContain('"stall":1.44,')
  })
})

test('who may be asked is found out again where a model has another configuration', () => {
  const { router, model } = setUp()
  router.plan(model, ASKED, NOW)
  const without = { ...model, routes: model.routes.slice(1) }
  expect(idsOf(router.plan(without, ASKED, NOW).placed)).not.toContain('up/a')
})
