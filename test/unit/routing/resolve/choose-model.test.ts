import { expect, test } from 'vitest'
import { QualityBook } from '../../../../src/outcomes/quality/quality.ts'
import type { RoutableModel } from '../../../../src/routing/catalogue.ts'
import { adjustQualityFloor } from '../../../../src/routing/resolve/choose-model.ts'

const SIGNALS = { repeats: true, tools: true, words: false }

test('the floor gives way while requests cost more than the budget, and comes back', () => {
  const selector = {
    name: 'auto',
    select: { from: ['a', 'b'], minQuality: 0.9, budgetUsd: 0.01, priors: new Map(), signals: SIGNALS },
  } as unknown as RoutableModel
  const quality = new QualityBook()
  const spend = (costUsd: number, times: number) => {
    for (let i = 0; i < times; i++) adjustQualityFloor(selector, { attempts: [{ costUsd }] as never }, quality)
  }
  spend(0.005, 10)
  expect(quality.pace('auto')).toBe(0)
  spend(0.02, 10)
  expect(quality.pace('auto')).toBeCloseTo(0.2)
  spend(1, 100)
  expect(quality.pace('auto')).toBe(0.9)
  spend(0, 45)
  expect(quality.pace('auto')).toBeCloseTo(0)
  adjustQualityFloor(
    { ...selector, select: { from: ['a'], minQuality: 1, priors: new Map(), signals: SIGNALS } },
    { attempts: [] },
    quality,
  )
  adjustQualityFloor(undefined, { attempts: [] }, quality)
  expect(quality.pace('auto')).toBeCloseTo(0)
})
