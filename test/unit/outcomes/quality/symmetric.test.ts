import { expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { invert } from '../../../../src/outcomes/quality/symmetric.ts'

test('a matrix times its inverse is one', () => {
  const random = seeded(3)
  const size = 7
  const half = Array.from({ length: size }, () => Array.from({ length: size }, () => random() - 0.5))
  const entry = (i: number, j: number) =>
    half[i]!.reduce((sum, value, k) => sum + value * half[j]![k]!, i === j ? 0.1 : 0)
  const inverse = new Float64Array(size * size)
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) inverse[i * size + j] = entry(i, j)
  expect(invert(inverse, size)).toBe(true)
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      let sum = 0
      for (let k = 0; k < size; k++) sum += entry(i, k) * inverse[k * size + j]!
      expect(sum).toBeCloseTo(i === j ? 1 : 0, 8)
    }
})

test('a matrix that is not positive definite is refused', () => {
  expect(invert(Float64Array.from([1, 2, 2, 1]), 2)).toBe(false)
  expect(invert(new Float64Array(0), 0)).toBe(true)
})
