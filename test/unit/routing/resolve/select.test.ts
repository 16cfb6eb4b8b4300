import { describe, expect, test } from 'vitest'
import { type Arm, type Evidence, overlapWeight, selectModels } from '../../../../src/routing/resolve/select.ts'

const opinions = (weight: number, good: number): Evidence => ({ judged: weight, valid: weight, weight, good })
const arm = (model: string, priceUsd: number | undefined, inClass?: Evidence, task?: Evidence): Arm => ({
  model,
  priceUsd,
  all: inClass,
  class: inClass,
  task,
})
const never = () => 0.999_999
const chanceOf = (arms: readonly Arm[], floor: number, model: string) =>
  selectModels(arms, floor, never).find((each) => each.model === model)!.propensity

describe('the cheapest model that is good enough', () => {
  const good = opinions(500, 450)
  const bad = opinions(500, 200)

  test('is taken when it is as good, and left when it is not', () => {
    expect(chanceOf([arm('cheap', 1, good), arm('strong', 10, good)], 0.95, 'cheap')).toBeGreaterThan(0.95)
    expect(chanceOf([arm('cheap', 1, bad), arm('strong', 10, good)], 0.95, 'cheap')).toBeCloseTo(0.01)
    expect(chanceOf([arm('cheap', 1, bad), arm('strong', 10, good)], 0.4, 'cheap')).toBeGreaterThan(0.95)
  })

  test('is told by the price, and by the list where a price is unknown', () => {
    expect(chanceOf([arm('dear', 10, good), arm('cheap', 1, good)], 0.9, 'cheap')).toBeGreaterThan(0.9)
    expect(chanceOf([arm('first', undefined, good), arm('second', 1, good)], 0.9, 'first')).toBeGreaterThan(0.9)
  })

  test('may differ by task: what a task says beats its class', () => {
    const arms = [arm('cheap', 1, good, opinions(60, 12)), arm('strong', 10, good, opinions(60, 55))]
    expect(chanceOf(arms, 0.95, 'cheap')).toBeLessThan(0.05)
  })

  test('is not the one whose answers are cut or refused', () => {
    const cut: Evidence = { judged: 500, valid: 250, weight: 100, good: 90 }
    expect(chanceOf([arm('cheap', 1, cut), arm('strong', 10, good)], 0.95, 'cheap')).toBeCloseTo(0.01)
  })

  test('is tried while nothing is known, and so is the other', () => {
    const chance = chanceOf([arm('cheap', 1), arm('strong', 10)], 0.95, 'cheap')
    expect(chance).toBeGreaterThan(0.3)
    expect(chance).toBeLessThan(0.8)
  })

  test('a hard task does not make the model look bad that it was given to', () => {
    const hard = opinions(40, 16)
    const strong = (task?: Evidence) => [arm('cheap', 1, good, undefined), arm('strong', 10, good, task)]
    expect(Math.abs(chanceOf(strong(hard), 0.9, 'cheap') - chanceOf(strong(), 0.9, 'cheap'))).toBeLessThan(0.35)
  })
})

test('propensities sum to one, are the frequencies of the draw, and no model is without a chance', () => {
  const arms = [arm('a', 1, opinions(20, 14)), arm('b', 5, opinions(30, 24)), arm('c', 20, opinions(10, 9))]
  const counts = new Map<string, number>()
  const DRAWS = 20_000
  for (let i = 0; i < DRAWS; i++) {
    const first = selectModels(arms, 0.9, () => (i + 0.5) / DRAWS)[0]!
    counts.set(first.model, (counts.get(first.model) ?? 0) + 1)
  }
  const models = selectModels(arms, 0.9, never)
  expect(models.reduce((sum, { propensity }) => sum + propensity, 0)).toBeCloseTo(1)
  for (const { model, propensity } of models) {
    expect(propensity).toBeGreaterThan(0.005)
    expect((counts.get(model) ?? 0) / DRAWS).toBeCloseTo(propensity, 3)
  }
})

test('the models that were not chosen follow by quality', () => {
  const arms = [
    arm('poor', 1, opinions(200, 20)),
    arm('fair', 2, opinions(200, 120)),
    arm('best', 9, opinions(200, 190)),
  ]
  expect(selectModels(arms, 0.99, never).map(({ model }) => model)).toEqual(['best', 'fair', 'poor'])
  expect(selectModels(arms, 0, () => 0).map(({ model }) => model)).toEqual(['poor', 'best', 'fair'])
})

test('a conversation stays with its model while that is good enough', () => {
  const arms = [arm('cheap', 1, opinions(200, 190)), arm('strong', 9, opinions(200, 195))]
  expect(selectModels(arms, 0.9, never, 'cheap')[0]).toMatchObject({
    model: 'cheap',
    propensity: 1,
    why: 'the conversation stays with it',
  })
  const poor = [arm('cheap', 1, opinions(200, 20)), arms[1]!]
  expect(selectModels(poor, 0.9, never, 'cheap')[0]).toMatchObject({ model: 'strong' })
  expect(selectModels(arms, 0.9, () => 0, 'gone')[0]?.propensity).toBeLessThan(1)
})

describe('an overlap weight', () => {
  test('is the chance of the others, for two models', () => {
    expect(overlapWeight(0.9, [0.9, 0.1])).toBeCloseTo(0.1)
    expect(overlapWeight(0.1, [0.9, 0.1])).toBeCloseTo(0.9)
    expect(overlapWeight(1 / 3, [1 / 3, 1 / 3, 1 / 3])).toBeCloseTo(1 / 3)
  })
  test('is nothing where there was no choice', () => expect(overlapWeight(1, [1, 0])).toBe(0))
})
