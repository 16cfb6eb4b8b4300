import { expect, test } from 'vitest'
import { afterCheck, chanceToEscalate, scoreOf } from '../../../../src/routing/resolve/cascade.ts'

test('a verdict moves the belief in an answer by as much as the check can be trusted', () => {
  const belief = { mean: 0.6, sd: 0.05 }
  expect(afterCheck(belief, { passed: true, reliability: 0.9 }).mean).toBeCloseTo(0.54 / 0.58)
  expect(afterCheck(belief, { passed: false, reliability: 0.9 }).mean).toBeCloseTo(0.06 / 0.42)
  const blind = afterCheck(belief, { passed: false, reliability: 0.5 })
  expect(blind.mean).toBeCloseTo(0.6)
  expect(blind.sd).toBeCloseTo(0.05)
})

test('verdicts give the mean score of the answers that they are about', () => {
  const [quality, reliability] = [0.7, 0.8]
  const passes = quality * reliability + (1 - quality) * (1 - reliability)
  const mean =
    passes * scoreOf({ passed: true, reliability }).score + (1 - passes) * scoreOf({ passed: false, reliability }).score
  expect(mean).toBeCloseTo(quality)
  expect(scoreOf({ passed: true, reliability: 1 })).toEqual({ score: 1, weight: 1 })
})

test('an answer is thrown away where the dearer model gains more than it costs', () => {
  const dear = { mean: 0.8, sd: 0.02 }
  expect(chanceToEscalate({ mean: 0.2, sd: 0.02 }, dear, 0.1)).toBe(1)
  expect(chanceToEscalate({ mean: 0.95, sd: 0.02 }, dear, 0.1)).toBeLessThan(0.01)
  expect(chanceToEscalate({ mean: 0.2, sd: 0.02 }, dear, 0.7)).toBeLessThan(0.01)
})

test('what is nearly sure is not left to chance', () => {
  const unsure = { mean: 0.4, sd: 0.3 }
  expect(chanceToEscalate({ mean: 0.001, sd: 0.001 }, unsure, 0.1)).toBe(1)
  const doubtful = chanceToEscalate({ mean: 0.3, sd: 0.1 }, unsure, 0.05)
  expect(doubtful).toBeGreaterThan(0.2)
  expect(doubtful).toBeLessThan(0.8)
})
