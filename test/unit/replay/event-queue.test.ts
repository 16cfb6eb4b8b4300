import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventQueue } from '../../../src/replay/event-queue.ts'

test('events run by time, those of one moment in the order of adding', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), (times) => {
      const queue = new EventQueue()
      const ran: [number, number][] = []
      for (const [number, at] of times.entries()) queue.add(at, (now) => ran.push([now, number]))
      queue.runUntil()
      const sorted = times
        .map((at, number): [number, number] => [at, number])
        .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      expect(ran).toEqual(sorted)
    }),
  )
})

test('stops at a time, and runs what events add', () => {
  const queue = new EventQueue()
  const ran: number[] = []
  queue.add(5, (now) => {
    ran.push(now)
    queue.add(7, (then) => ran.push(then))
    queue.add(11, (then) => ran.push(then))
  })
  queue.runUntil(10)
  expect(ran).toEqual([5, 7])
  queue.runUntil(11)
  expect(ran).toEqual([5, 7, 11])
})
