import { expect, test } from 'vitest'
import { costOf, estimatePrice } from '../../../../src/outcomes/estimates/cost.ts'
import type { Price, Usage } from '../../../../src/plugins/api.ts'

const FLAT: Price = { prompt: 3, completion: 15, cacheRead: 0.3, cacheWrite: 3.75 }
const TIERED: Price = {
  ...FLAT,
  cacheWrite1h: 6,
  request: 0.01,
  tiers: [
    { aboveInputTokens: 200_000, prompt: 6, completion: 22.5 },
    { serviceTier: 'flex', factor: 0.5 },
    { serviceTier: 'priority', prompt: 5 },
  ],
}
const MILLION = 1_000_000

test.each<[string, Price | undefined, Usage, number | undefined]>([
  ['plain', FLAT, { inputTokens: 1_000, outputTokens: 100 }, 4_500],
  [
    'cache reads and writes',
    FLAT,
    { inputTokens: 1_000, outputTokens: 0, cacheReadTokens: 300, cacheWriteTokens: 500 },
    600 + 90 + 1_875,
  ],
  [
    'writes for an hour, at twice the input by default',
    FLAT,
    { inputTokens: 500, cacheWriteTokens: 500, cacheWrite1hTokens: 400 },
    375 + 2_400,
  ],
  [
    'never more writes for an hour than writes',
    FLAT,
    { inputTokens: 500, cacheWriteTokens: 100, cacheWrite1hTokens: 400 },
    1_200 + 600,
  ],
  ['a long context, all of it', TIERED, { inputTokens: 200_001, outputTokens: 10 }, 200_001 * 6 + 225 + 10_000],
  ['at the threshold', TIERED, { inputTokens: 200_000, outputTokens: 10 }, 200_000 * 3 + 150 + 10_000],
  ['a service tier', TIERED, { inputTokens: 1_000, outputTokens: 100, serviceTier: 'flex' }, 2_250 + 5_000],
  ['tiers together', TIERED, { inputTokens: 300_000, outputTokens: 0, serviceTier: 'flex' }, 300_000 * 3 + 5_000],
  [
    'a tier that changes one rate',
    TIERED,
    { inputTokens: 1_000, outputTokens: 100, serviceTier: 'priority' },
    5_000 + 1_500 + 10_000,
  ],
  [
    'a tier that is not priced',
    TIERED,
    { inputTokens: 1_000, outputTokens: 100, serviceTier: 'default' },
    4_500 + 10_000,
  ],
  [
    "the upstream's own figure before any price",
    FLAT,
    { inputTokens: 1_000, outputTokens: 100, costUsd: 0.5 },
    500_000,
  ],
  ["the upstream's own figure without a price", undefined, { costUsd: 0.5 }, 500_000],
  ['no price', undefined, { inputTokens: 1 }, undefined],
  ['no usage', FLAT, {}, undefined],
])('the cost of %s', (_, price, usage, micro) => {
  const cost = costOf(price, usage)
  if (micro === undefined) expect(cost).toBeUndefined()
  else expect(cost! * MILLION).toBeCloseTo(micro, 6)
})

test('an estimate knows the tier that is asked for', () => {
  expect(estimatePrice(TIERED, 1_000, 100, 0, 'flex')! * MILLION).toBeCloseTo(7_250, 6)
})
