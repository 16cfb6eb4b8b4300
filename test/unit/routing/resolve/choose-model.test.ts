import { expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { QualityBook } from '../../../../src/outcomes/quality/quality.ts'
import type { RoutableModel } from '../../../../src/routing/catalogue.ts'
import { type ChooseInput, chooseModel, keepBudget } from '../../../../src/routing/resolve/choose-model.ts'

const SIGNALS = { repeats: true, tools: true, words: false }

test('costs weigh more while requests cost more than the budget, and less again', () => {
  const selector = {
    name: 'auto',
    select: { from: ['a', 'b'], minQuality: 0.9, per: 'all', budgetUsd: 0.01, priors: new Map(), signals: SIGNALS },
  } as unknown as RoutableModel
  const quality = new QualityBook()
  const spend = (costUsd: number, times: number) => {
    for (let i = 0; i < times; i++) keepBudget(selector, { attempts: [{ costUsd }] as never }, quality)
  }
  spend(0.005, 10)
  expect(quality.pace('auto').budget).toBe(0)
  spend(0.02, 10)
  expect(quality.pace('auto').budget).toBeCloseTo(0.2)
  spend(1, 100)
  expect(quality.pace('auto').budget).toBe(1)
  spend(0, 50)
  expect(quality.pace('auto').budget).toBeCloseTo(0)
  keepBudget(
    {
      ...selector,
      select: {
        from: ['a'],
        minQuality: 1,
        per: 'all',
        priors: new Map(),
        signals: SIGNALS,
        features: { words: true },
      },
    },
    { attempts: [] },
    quality,
  )
  keepBudget(undefined, { attempts: [] }, quality)
  expect(quality.pace('auto').budget).toBeCloseTo(0)
})

test('a cascade, which begins with the cheapest, explores nothing', () => {
  const selector = {
    name: 'auto',
    select: { from: ['a', 'b'], minQuality: 0.95, per: 'all', priors: new Map(), features: { words: false } },
  } as unknown as RoutableModel
  const quality = new QualityBook()
  quality.recordFeedback('g', { model: 'a', class: 'c', score: 1, weight: 1, implied: false, at: 0 })
  const catalogue = { models: new Map(['a', 'b'].map((name) => [name, { routes: [] }])) }
  const input = {
    catalogue,
    quality,
    class: 'c',
    task: '-',
    type: 'chat',
    names: [],
    ledger: { expectedOutput: () => 1 },
  }
  const choose = (isChecked: boolean) =>
    chooseModel(selector, { ...input, inputTokens: 9, isChecked, random: () => 0, now: 1 } as unknown as ChooseInput)!
  expect(choose(false).exploration).toBe(0.5)
  expect(choose(true)).not.toHaveProperty('exploration')
})

test.each([
  ['a model of 50 budgets', 0.5, 0.0001],
  ['a cheapest model that takes most of the budget', 0.5, 0.009],
  ['a model of 10 budgets', 0.1, 0.0001],
])('a budget is kept: %s', (_, dearUsd, cheapUsd) => {
  const budgetUsd = 0.01
  const prices: Record<string, number> = { cheap: cheapUsd, dear: dearUsd }
  const selector = {
    name: 'auto',
    select: {
      from: ['cheap', 'dear'],
      minQuality: 1,
      per: 'all',
      budgetUsd,
      priors: new Map([
        ['cheap', { quality: 0.1, weight: 20 }],
        ['dear', { quality: 0.9, weight: 20 }],
      ]),
      features: { words: false },
    },
  } as unknown as RoutableModel
  const quality = new QualityBook()
  const models = new Map(Object.keys(prices).map((name) => [name, { name, routes: [name] }]))
  const random = seeded(1)
  const input = {
    catalogue: { models },
    quality,
    class: 'c',
    task: '-',
    type: 'chat',
    names: [],
    ledger: { expectedOutput: () => 1, price: (name: string) => prices[name] },
    inputTokens: 100,
    isChecked: false,
    random,
    now: 0,
  } as unknown as ChooseInput
  let [spent, dear, leftOut] = [0, 0, 0]
  for (let request = 1; request <= 5000; request++) {
    const selection = chooseModel(selector, input)!
    const out = selection.models.find(({ overBudget }) => overBudget)
    if (out) {
      leftOut++
      expect([out.model, out.propensity, out.why]).toEqual([
        'dear',
        0,
        expect.stringMatching(
          /^only where no other answers: it costs \$0\.\d+, and the budget leaves \$[\d.e-]+ just now$/,
        ),
      ])
    }
    const costUsd = prices[selection.models[0]!.model]!
    if (costUsd === dearUsd) dear++
    spent += costUsd
    expect(spent).toBeLessThanOrEqual(request * budgetUsd + 1e-9)
    keepBudget(selector, { attempts: [{ costUsd }] as never }, quality)
  }
  expect(dear).toBeGreaterThan(0)
  expect(leftOut).toBeGreaterThan(0)
})

test('a cascade begins with a model within the budget, though prices do not say which is the cheapest', () => {
  const prices: Record<string, number> = { dear: 1 }
  const selector = {
    name: 'auto',
    select: {
      from: ['dear', 'unpriced'],
      minQuality: 1,
      per: 'all',
      budgetUsd: 0.01,
      priors: new Map(),
      features: { words: false },
    },
  } as unknown as RoutableModel
  const input = {
    catalogue: { models: new Map(['dear', 'unpriced'].map((name) => [name, { name, routes: [name] }])) },
    quality: new QualityBook(),
    class: 'c',
    task: '-',
    type: 'chat',
    names: [],
    ledger: { expectedOutput: () => 1, price: (name: string) => prices[name] },
    inputTokens: 100,
    isChecked: true,
    random: () => 0,
    now: 0,
  } as unknown as ChooseInput
  const { models } = chooseModel(selector, input)!
  expect(models.map(({ model, propensity, overBudget = false }) => [model, propensity, overBudget])).toEqual([
    ['unpriced', 1, false],
    ['dear', 0, true],
  ])
})
