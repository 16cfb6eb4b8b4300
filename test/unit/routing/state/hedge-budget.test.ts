import { describe, expect, test } from 'vitest'
import { HedgeBudget } from '../../../../src/routing/state/hedge-budget.ts'

describe('the budget of hedging', () => {
  test('keeps its share of requests over time', () => {
    const budget = new HedgeBudget()
    let hedges = 0
    for (let i = 0; i < 10_000; i++) {
      budget.earn(0.02, 0)
      if (budget.spend(0.02, 0)) hedges++
    }
    expect(hedges).toBeGreaterThan(195)
    expect(hedges).toBeLessThanOrEqual(201)
  })

  test('keeps its share of money: a dear hedge is paid off by many requests', () => {
    const budget = new HedgeBudget()
    for (let i = 0; i < 1000; i++) budget.earn(0.1, 0.01)
    expect(budget.spend(0.1, 1)).toBe(true)
    expect(budget.spend(0.1, 0.01)).toBe(false)
    for (let i = 0; i < 940; i++) budget.earn(0.1, 0.01)
    expect(budget.spend(0.1, 0.01)).toBe(false)
    for (let i = 0; i < 20; i++) budget.earn(0.1, 0.01)
    expect(budget.spend(0.1, 0.01)).toBe(true)
  })

  test('saves up for no more than a few, and nothing comes from nothing', () => {
    const budget = new HedgeBudget()
    for (let i = 0; i < 10_000; i++) budget.earn(0.5, 0)
    let burst = 0
    while (budget.spend(0.5, 0)) burst++
    expect(burst).toBe(6)
    expect(new HedgeBudget().spend(0, 0)).toBe(false)
  })
})
