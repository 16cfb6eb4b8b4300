/** Endpoints that nobody asks any more have a way back, and equal ones share what there is. */
import { expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import type { Price, RoutingStrategy } from '../../../../src/plugins/api.ts'
import adaptive from '../../../../src/plugins/strategies/adaptive.ts'
import { VirtualRouter, virtualModel } from '../../../../src/replay/virtual-router.ts'

const SECOND = 1000
const HOUR = 3600 * SECOND
const START = 1_700_000_000_000
const CLASS = 'chat.lt1k.plain'
const REQUEST = { class: CLASS, inputTokens: 100, outputTokens: 20, stream: true }
const strategyOf = (exploration: number) =>
  adaptive.create({ value_of_time: 0.72, objective: 'balanced', exploration }, {} as never) as RoutingStrategy

interface Played {
  readonly seed: number
  readonly gapMs: number
  readonly exploration?: number
  readonly inputTokens?: number
  readonly prices?: Readonly<Record<string, Price>>
}

/** Requests to `a` and `b` at a steady pace on a virtual clock; `ttftOf` says how long each takes at that time. */
function play(
  { seed, gapMs, exploration = 0.0002, inputTokens = 100, prices = {} }: Played,
  ttftOf: (id: string, elapsed: number) => number,
  cachedOf?: (id: string) => number,
) {
  const endpoints = ['a', 'b'].map((provider) => {
    const price = prices[provider]
    return { id: `${provider}/m`, provider, model: 'm', weight: 1, ...(price && { price }) }
  })
  const router = new VirtualRouter({ random: seeded(seed) })
  const model = virtualModel('m', endpoints, { name: 'adaptive', instance: strategyOf(exploration) })
  let waiting: { readonly at: number; readonly finish: () => void }[] = []
  const until = (time: number) => {
    const due = waiting.filter(({ at }) => at <= time).sort((x, y) => x.at - y.at)
    waiting = waiting.filter(({ at }) => at > time)
    for (const { finish } of due) finish()
  }
  let now = START
  /** The first choices of so many requests. */
  return (count: number): string[] =>
    Array.from({ length: count }, () => {
      until(now)
      const id = router.plan(model, { ...REQUEST, inputTokens }, now).placed[0]!.endpoint.id
      const ticket = router.begin(id, now)
      const ttftMs = ttftOf(id, now - START)
      const totalMs = ttftMs + 100
      const at = now + totalMs
      const usage = cachedOf && { inputTokens, outputTokens: 20, cacheReadTokens: cachedOf(id) }
      const learned = { endpoint: id, class: CLASS, kind: 'ok', at, stream: true, ttftMs, totalMs } as const
      const outcome = { ...learned, ...(usage && { usage }) }
      waiting.push({ at, finish: () => router.end(ticket, { ...outcome, tokensPerSecond: 200 }, 'm') })
      now += gapMs
      return id
    })
}

const share = (ids: readonly string[]) => ids.filter((id) => id === 'a/m').length / ids.length

test.each([1, 2, 3, 4, 5])('after a slowdown the better endpoint is back within 15 s of traffic (seed %i)', (seed) => {
  const isSlow = (elapsed: number) => elapsed >= 20 * SECOND && elapsed < 35 * SECOND
  const ask = play({ seed, gapMs: 200 }, (id, elapsed) => (id === 'b/m' ? 250 : isSlow(elapsed) ? 2030 : 30))
  ask(50)
  expect(share(ask(50))).toBeGreaterThan(0.9)
  // While it is slow it is left soon.
  expect(share(ask(75))).toBeLessThan(0.3)
  ask(75)
  expect(share(ask(50))).toBeGreaterThan(0.9)
})

test.each([1, 2, 3])('equal endpoints share concurrent requests (seed %i)', (seed) => {
  // A request every 40 ms that takes 400: ten at a time.
  const first = play({ seed, gapMs: 40 }, () => 300)(160)
  expect(share(first)).toBeGreaterThan(0.3)
  expect(share(first)).toBeLessThan(0.7)
})

test('who has not been asked for hours is asked whether it has become faster, once in 300 requests', () => {
  let times = { 'a/m': 800, 'b/m': 400 } as Record<string, number>
  const ask = play({ seed: 1, gapMs: 60 * SECOND, exploration: 0 }, (id) => times[id]!)
  ask(60)
  // Four hours without a request to it, in 300 and more requests.
  const settled = ask((5 * HOUR) / (60 * SECOND))
  expect(share(settled)).toBeLessThan(0.02)
  times = { 'a/m': 100, 'b/m': 400 }
  ask(700)
  expect(share(ask(50))).toBeGreaterThan(0.8)
})

test.each([1, 2, 3])(
  'one that may cache is asked twice at once, and has what follows where it does (seed %i)',
  (seed) => {
    const prices = {
      a: { prompt: 300, completion: 100, cacheRead: 30 },
      b: { prompt: 200, completion: 100 },
    }
    const playCached = (caches: boolean) => {
      let asked = 0
      return play(
        { seed, gapMs: 30 * SECOND, exploration: 0, inputTokens: 5000, prices },
        () => 300,
        (id) => (id === 'a/m' && asked++ > 0 && caches ? 5000 : 0),
      )
    }
    const ids = playCached(true)(20)
    expect(share(ids)).toBeGreaterThan(0.8)
    const inVain = playCached(false)(200)
    expect(inVain.filter((id) => id === 'a/m').length).toBeLessThanOrEqual(4)
  },
)
