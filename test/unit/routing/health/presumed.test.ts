import { expect, test } from 'vitest'
import type { LimitDelta } from '../../../../src/plugins/api.ts'
import { EndpointLimits } from '../../../../src/routing/health/limits.ts'
import { Presumed } from '../../../../src/routing/health/presumed.ts'

const T = 1_800_000_000_000

test('others are presumed to use as much, until they report it', () => {
  const presumed = new Presumed(3)
  presumed.use(T, 2, 100)
  expect([presumed.requests(T), presumed.tokens(T)]).toEqual([6, 300])
  presumed.report(T + 50, 4, 250)
  expect([presumed.requests(T + 50), presumed.tokens(T + 50)]).toEqual([2, 50])
  presumed.report(T + 60, 9, 900)
  expect([presumed.requests(T + 60), presumed.tokens(T + 60)]).toEqual([0, 0])
})

test('what is older than 200 ms has been reported', () => {
  const presumed = new Presumed(1)
  presumed.use(T, 2, 100)
  expect(presumed.requests(T + 199)).toBe(2)
  expect(presumed.requests(T + 200)).toBe(0)
})

/** Routers that all want as much as they can get, and hear of each other `delayMs` later. */
function taken(routers: number, rpm: number, delayMs: number): number {
  const post: (() => void)[][] = []
  const all: EndpointLimits[] = []
  const spread = (from: EndpointLimits, delta: LimitDelta) => {
    for (const limits of all) if (limits !== from) limits.merge(delta)
  }
  for (let i = 0; i < routers; i++) {
    const own: EndpointLimits = new EndpointLimits((delta) => post.at(-1)!.push(() => spread(own, delta)), routers - 1)
    all.push(own)
  }
  let sent = 0
  for (let now = T; now < T + 2000; now += 10) {
    post.push([])
    if (post.length > delayMs / 10) for (const deliver of post.shift()!) deliver()
    if (post.length === 0) post.push([])
    for (const limits of all) {
      if (limits.exceeded('a', { rpm }, { input: 1, output: 1 }, now) !== undefined) continue
      limits.reserve('a', { rpm }, { input: 1, output: 1 }, now)
      sent++
    }
  }
  return sent
}

test.each([
  [1, 10],
  [2, 10],
  [4, 100],
  [3, 7],
])(
  '%i routers with a limit of %i a minute reach it together, and go over it by one each at the most',
  (routers, rpm) => {
    for (const delayMs of [20, 50, 100]) {
      const sent = taken(routers, rpm, delayMs)
      expect(sent).toBeGreaterThanOrEqual(rpm)
      expect(sent).toBeLessThanOrEqual(rpm + routers)
    }
  },
)
