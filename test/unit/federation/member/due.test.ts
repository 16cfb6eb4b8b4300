import { expect, test } from 'vitest'
import { Due } from '../../../../src/federation/member/due.ts'

const YEAR = 365 * 86_400_000

test('is over from its moment on', () => {
  const due = new Due(1_000, 0)
  expect([999, 1_000, 2_000].map((now) => due.isOver(now))).toEqual([false, true, true])
})

test('goes back with the clock: what was left to wait is left', () => {
  const due = new Due(YEAR + 1_000, YEAR)
  expect(due.isOver(YEAR + 400)).toBe(false)
  expect(due.isOver(400)).toBe(false)
  expect(due.isOver(999)).toBe(false)
  expect(due.isOver(1_000)).toBe(true)
})
