import { expect, test } from 'vitest'
import { Picks } from '../../../../src/routing/plan/picks.ts'

test('an endpoint is unseen since it was tried first or offered, else since it was first asked for', () => {
  const picks = new Picks()
  expect(picks.unseenMs('a', 1000)).toBe(0)
  expect(picks.unseenMs('a', 4000)).toBe(3000)
  picks.add('a', 5000)
  expect(picks.unseenMs('a', 5500)).toBe(500)
  picks.offer('a', 9000)
  expect(picks.unseenMs('a', 9100)).toBe(100)
  // Of others nothing is known by that.
  expect(picks.unseenMs('b', 9100)).toBe(0)
})

test('a request that offers an endpoint is not one that tried it', () => {
  const picks = new Picks()
  expect([picks.last('a'), picks.lastOffered('a')]).toEqual([0, 0])
  picks.add('a', 1)
  picks.add('b', 2)
  picks.offer('a', 3)
  expect([picks.count, picks.last('a'), picks.lastOffered('a')]).toEqual([2, 1, 2])
  picks.add('a', 4)
  expect([picks.last('a'), picks.lastOffered('a')]).toEqual([3, 3])
})
