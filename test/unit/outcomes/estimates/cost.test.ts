import { describe, expect, test } from 'vitest'
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
const FREE: Price = { prompt: 0, completion: 0 }
const IMAGES: Price = {
  ...FREE,
  image: 0.04,
  tiers: [
    { quality: 'hd', image: 0.08 },
    { quality: 'hd', imageSize: '1024x1792', image: 0.12 },
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
  ['images by number, size and quality', IMAGES, { images: 2, imageSize: '1024x1792', quality: 'hd' }, 240_000],
  ['images of a size without a price of its own', IMAGES, { images: 1, imageSize: '512x512' }, 40_000],
  [
    'images by their tokens',
    { prompt: 5, completion: 10, imagePrompt: 8, imageCompletion: 32 },
    { inputTokens: 100, imageInputTokens: 60, outputTokens: 272, imageOutputTokens: 272, images: 1 },
    40 * 5 + 60 * 8 + 272 * 32,
  ],
  ['audio by the second', { ...FREE, second: 0.0001 }, { seconds: 30 }, 3_000],
  ['speech by the character', { ...FREE, character: 15 }, { characters: 200 }, 3_000],
  ['speech once, with seconds as well', { ...FREE, character: 15, second: 1 }, { characters: 200, seconds: 9 }, 3_000],
  ['speech by the second', { ...FREE, second: 1 }, { characters: 200, seconds: 9 }, 9_000_000],
  ['pages and searches', { ...FREE, page: 0.001, search: 0.002 }, { pages: 3, searches: 2 }, 7_000],
  ['work at a server of one’s own', FREE, { images: 1 }, 0],
  ['work that the price does not know', { prompt: 1, completion: 2 }, { images: 1 }, undefined],
  ['work without a price beside tokens', FLAT, { images: 1, inputTokens: 1_000, outputTokens: 100 }, 4_500],
  ['nothing that is said, at a server of one’s own', FREE, {}, 0],
  ['a request, whatever it makes', { ...FREE, request: 0.01 }, { images: 1 }, 10_000],
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

test('an estimate knows the work that is asked for', () => {
  expect(estimatePrice(IMAGES, 10, 0, 0, undefined, { images: 3, quality: 'hd' })).toBeCloseTo(0.24)
})

describe('rates that depend on the time', () => {
  const price: Price = {
    prompt: 1,
    completion: 2,
    tiers: [
      { from: Date.UTC(2026, 7, 17), prompt: 2, completion: 4 },
      { hours: '01:00-04:00', prompt: 3, completion: 6 },
      { hours: '22:00-00:30', factor: 0.5 },
    ],
  }
  test.each([
    ['before a new price', '2026-08-16T23:59:59Z', 0.5 * 1],
    ['after a new price', '2026-08-17T12:00:00Z', 2],
    ['at the first minute of a peak', '2026-08-18T01:00:00Z', 3],
    ['after the last minute of a peak', '2026-08-18T04:00:00Z', 2],
    ['in the evening of a window across midnight', '2026-08-18T22:00:00Z', 1],
    ['in the morning of a window across midnight', '2026-08-18T00:29:59Z', 1],
    ['after a window across midnight', '2026-08-18T00:30:00Z', 2],
  ])('%s', (_, time, micro) => {
    expect(costOf(price, { inputTokens: 1 }, Date.parse(time))! * MILLION).toBeCloseTo(micro, 6)
  })
})
