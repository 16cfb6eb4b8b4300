import { expect, test } from 'vitest'
import { isLatest, Picks } from '../../../../src/routing/plan/picks.ts'

test('an endpoint is seen when it is tried first or offered, else when it is first asked for', () => {
  const picks = new Picks()
  expect(picks.see('a', 1000).seenAt).toBe(1000)
  expect(picks.see('a', 4000).seenAt).toBe(1000)
  picks.add('a', 5000)
  expect(picks.see('a', 5500).seenAt).toBe(5000)
  picks.offer('a', 9000)
  expect(picks.see('a', 9100).seenAt).toBe(9000)
  // Of others nothing is known by that.
  expect(picks.of('b').seenAt).toBeNaN()
  expect(picks.see('b', 9100).seenAt).toBe(9100)
})

test('a request that offers an endpoint is not one that tried it', () => {
  const picks = new Picks()
  expect(picks.of('a')).toMatchObject({ last: 0, lastOffered: 0 })
  picks.add('a', 1)
  picks.add('b', 2)
  picks.offer('a', 3)
  expect(picks.count).toBe(2)
  expect(picks.of('a')).toMatchObject({ last: 1, lastOffered: 2 })
  expect([picks.of('a'), picks.of('b')].map(isLatest)).toEqual([false, true])
  picks.add('a', 4)
  expect(picks.of('a')).toMatchObject({ last: 3, lastOffered: 3 })
})

test('endpoints that clients name do not add up, and push out none that is asked', () => {
  const picks = new Picks()
  picks.add('a', 1)
  picks.see('named', 1)
  for (let more = 0; more < 10_000; more++) {
    picks.see(`named/${more}`, 2)
    picks.see('a', 2)
  }
  expect(picks.of('named').seenAt).toBeNaN()
  expect(picks.of('a').last).toBe(1)
})
