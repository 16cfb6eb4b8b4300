import { describe, expect, test } from 'vitest'
import {
  type Arm,
  type Evidence,
  overlapWeight,
  selectModels as select,
} from '../../../../src/routing/resolve/select.ts'

const VALID: Evidence = { judged: 1000, valid: 995, weight: 100 }
const arm = (model: string, priceUsd: number | undefined, mean: number, sd = 0.01, seen = VALID): Arm => ({
  model,
  priceUsd,
  score: { mean, sd, apart: sd },
  all: seen,
  class: seen,
})
const terms = (weight: number, floor = 0.95) => ({ weight, floor, spread: 0 })
const selectModels = (...input: Parameters<typeof select>) => select(...input).models
const never = () => 0.999_999
const chanceOf = (arms: readonly Arm[], weight: number, model: string) =>
  selectModels(arms, terms(weight), never).find((each) => each.model === model)!.propensity

describe('a dearer model', () => {
  const arms = [arm('cheap', 1, 0.7), arm('strong', 10, 0.85)]

  test('is taken where its gain pays for its cost', () => {
    expect(chanceOf(arms, 0.05, 'strong')).toBeCloseTo(0.99)
    expect(chanceOf(arms, 0.3, 'strong')).toBeCloseTo(0.01)
    expect(chanceOf(arms, 0.15, 'strong')).toBeGreaterThan(0.3)
  })

  test('is worth less where it costs more than it does on average', () => {
    const at = (spread: number) => selectModels(arms, { ...terms(0.1, 1), spread }, () => 0.5)
    expect(at(9)[0]!.model).toBe('strong')
    expect(at(4)[0]!.model).toBe('cheap')
    expect(at(0.001).find(({ model }) => model === 'strong')!.cost).toBe(4)
  })

  test('costs by its place in the list where a price is unknown', () => {
    expect(chanceOf([arm('first', undefined, 0.8), arm('second', 1, 0.8)], 0.2, 'first')).toBeCloseTo(0.99)
  })

  test('of the same price is taken when it is better', () => {
    expect(chanceOf([arm('a', 3, 0.6), arm('b', 3, 0.8)], 1, 'b')).toBeCloseTo(0.99)
  })

  test('is tried while little is known', () => {
    const chance = chanceOf([arm('cheap', 1, 0.75, 0.2), arm('strong', 10, 0.75, 0.2)], 0.1, 'strong')
    expect(chance).toBeGreaterThan(0.1)
    expect(chance).toBeLessThan(0.5)
  })
})

test('a model whose answers are cut or refused is worth less', () => {
  const cut: Evidence = { judged: 500, valid: 250, weight: 100 }
  expect(chanceOf([arm('cheap', 1, 0.85, 0.01, cut), arm('strong', 10, 0.85)], 0.1, 'cheap')).toBeCloseTo(0.01)
})

test.each([[2], [3], [5]])('propensities of %i models are the frequencies of the draw', (size) => {
  const arms = Array.from({ length: size }, (_, i) => arm(`m${i}`, i + 1, 0.6 + 0.06 * i, 0.1 + 0.02 * i))
  const counts = new Map<string, number>()
  const DRAWS = 5_000
  for (let i = 0; i < DRAWS; i++) {
    const first = selectModels(arms, terms(0.2), () => (i + 0.5) / DRAWS)[0]!
    counts.set(first.model, (counts.get(first.model) ?? 0) + 1)
  }
  const models = selectModels(arms, terms(0.2), never)
  expect(models.reduce((sum, { propensity }) => sum + propensity, 0)).toBeCloseTo(1)
  for (const { model, propensity } of models) {
    expect(propensity).toBeGreaterThan(0.003)
    expect((counts.get(model) ?? 0) / DRAWS).toBeCloseTo(propensity, 2)
  }
})

test('the chance of each of three is that of its draw being the highest', () => {
  const models = selectModels([arm('a', 1, 0.5, 0.1), arm('b', 1, 0.5, 0.1), arm('c', 1, 0.5, 0.1)], terms(1), never)
  for (const { propensity } of models) expect(propensity).toBeCloseTo(1 / 3, 4)
})

test('the models that were not chosen follow by quality', () => {
  const arms = [arm('poor', 1, 0.1), arm('fair', 2, 0.6), arm('best', 9, 0.95)]
  expect(selectModels(arms, terms(0), never).map(({ model }) => model)).toEqual(['best', 'fair', 'poor'])
  expect(selectModels(arms, terms(1), () => 0).map(({ model }) => model)).toEqual(['poor', 'best', 'fair'])
})

test('a conversation stays with its model while that is good enough', () => {
  const arms = [arm('cheap', 1, 0.9), arm('strong', 9, 0.92)]
  expect(selectModels(arms, terms(0, 0.9), never, 'cheap')[0]).toMatchObject({
    model: 'cheap',
    propensity: 1,
    why: 'the conversation stays with it',
  })
  const poor = [arm('cheap', 1, 0.1), arms[1]!]
  expect(selectModels(poor, terms(0, 0.9), never, 'cheap')[0]).toMatchObject({ model: 'strong' })
  expect(selectModels(arms, terms(0, 0.9), () => 0, 'gone')[0]?.propensity).toBeLessThan(1)
})

describe('an overlap weight', () => {
  test('is the chance of the others, for two models', () => {
    expect(overlapWeight(0.9, [0.9, 0.1])).toBeCloseTo(0.1)
    expect(overlapWeight(0.1, [0.9, 0.1])).toBeCloseTo(0.9)
    expect(overlapWeight(1 / 3, [1 / 3, 1 / 3, 1 / 3])).toBeCloseTo(1 / 3)
  })
  test('is nothing where there was no choice', () => expect(overlapWeight(1, [1, 0])).toBe(0))
})
