import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import type { Call } from '../../../../src/routing/ports.ts'
import { isRepeatable } from '../../../../src/routing/run/hedge.ts'
import { HedgeBudget } from '../../../../src/routing/state/hedge-budget.ts'

const repeatable = (body: JsonObject, more: Partial<Call> = {}) =>
  isRepeatable({ operation: 'chat', wire: 'openai-chat', body, ...more } as Call)

describe('a request may be asked twice at once', () => {
  test.each<[JsonObject]>([
    [{ messages: [] }],
    [{ store: false, tools: [{ type: 'function', function: { name: 'x' } }] }],
    [
      {
        tools: [
          { name: 'x', input_schema: {} },
          { type: 'custom', name: 'y' },
        ],
      },
    ],
    [{ plugins: [], background: false, container: null }],
  ])('%j', (body) => expect(repeatable(body)).toBe(true))

  test.each<[JsonObject]>([
    [{ store: true }],
    [{ background: true }],
    [{ tools: [{ type: 'function' }, { type: 'web_search_20250305', name: 'web_search' }] }],
    [{ tools: [{ type: 'code_execution_20250522' }] }],
    [{ web_search_options: {} }],
    [{ plugins: [{ id: 'web' }] }],
    [{ mcp_servers: [{ url: 'x' }] }],
    [{ conversation: 'conv_1' }],
  ])('but not %j', (body) => expect(repeatable(body)).toBe(false))

  test('but not a response, unless it is not stored', () => {
    expect(repeatable({ input: 'x' }, { wire: 'openai-responses' })).toBe(false)
    expect(repeatable({ input: 'x', store: false }, { wire: 'openai-responses' })).toBe(true)
  })

  test('but not another operation', () => expect(repeatable({}, { operation: 'image' })).toBe(false))
})

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
