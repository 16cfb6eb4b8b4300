import { expect, test } from 'vitest'
import { project } from '../../../../src/app/embedding/project.ts'
import { seeded } from '../../../../src/base/random.ts'

const random = seeded(2)
const vector = () => Array.from({ length: 768 }, () => random() - 0.5)
const cosine = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, at) => sum + value * b[at]!, 0)

test('a projection has 32 numbers with a norm of one, and keeps what is alike alike', () => {
  const [one, other] = [vector(), vector()]
  const near = one.map((value) => value + 0.1 * (random() - 0.5))
  const [a, b, c] = [one, near, other].map((each) => project(each)!)
  expect(a).toHaveLength(32)
  expect(cosine(a!, a!)).toBeCloseTo(1, 2)
  expect(cosine(a!, b!)).toBeGreaterThan(0.9)
  expect(Math.abs(cosine(a!, c!))).toBeLessThan(0.6)
})

test('what has no direction has no projection', () => {
  expect(project([])).toBeUndefined()
  expect(project([0, 0])).toBeUndefined()
  expect(project([Number.MAX_VALUE, Number.MAX_VALUE])).toBeUndefined()
})
