import { expect, test } from 'vitest'
import { bucketed } from '../../../src/hub/bucketed.ts'

test.each([
  [4, 5, 0],
  [5, 5, 5],
  [9, 5, 5],
  [10, 5, 10],
  [19, 5, 10],
  [20, 5, 20],
  [99, 5, 50],
  [100, 5, 100],
  [1_999, 5, 1_000],
  [100_000, 5, 100_000],
  [1, 2, 0],
  [2, 2, 2],
  [4, 2, 2],
  [5, 2, 5],
  [7, 7, 7],
  [9, 7, 7],
  [10, 7, 10],
  [29, 30, 0],
  [49, 30, 30],
  [50, 30, 50],
])('%d enrolments with k = %d are published as %d', (members, k, shown) => {
  expect(bucketed(members, k)).toBe(shown)
})
