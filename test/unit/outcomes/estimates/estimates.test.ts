import { describe, expect, it } from 'vitest'
import { classOf } from '../../../../src/outcomes/cells/class-of.ts'
import { costOf, estimatePrice } from '../../../../src/outcomes/estimates/cost.ts'
import { OutputEstimator } from '../../../../src/outcomes/estimates/output-estimator.ts'
import { TokenEstimator } from '../../../../src/outcomes/estimates/token-estimator.ts'
import { CLASS } from '../helpers.ts'

describe('the class of a request', () => {
  it('is kind, size and shape', () => {
    expect(classOf('chat', 0, false)).toBe('chat.lt1k.plain')
    expect(classOf('chat', 999, true)).toBe('chat.lt1k.structured')
    expect(classOf('completion', 1_000, false)).toBe('chat.lt2k.plain')
    expect(classOf('embedding', 8_000, false)).toBe('embedding.lt16k.plain')
    expect(classOf('rerank', 64_000, false)).toBe('rerank.more.plain')
    expect(classOf('transcription', Number.POSITIVE_INFINITY, false)).toBe('transcription.more.plain')
  })
})

describe('input tokens', () => {
  it('are a quarter of the bytes until usage says otherwise', () => {
    const estimator = new TokenEstimator()
    expect(estimator.estimate(4_000, 'm')).toBe(1_000)
    expect(estimator.estimate(0, 'm')).toBe(1)
    for (let i = 0; i < 200; i++) estimator.learn(4_000, 'm', 1_500)
    expect(estimator.estimate(4_000, 'm') / 1_500).toBeCloseTo(1, 1)
    expect(estimator.estimate(4_000, 'other')).toBe(1_000)
  })

  it('follow a changed ratio, and not what cannot be tokenisation', () => {
    const estimator = new TokenEstimator()
    for (let i = 0; i < 500; i++) estimator.learn(4_000, 'm', 1_000)
    for (let i = 0; i < 100; i++) estimator.learn(4_000, 'm', 2_000)
    expect(estimator.estimate(4_000, 'm')).toBeGreaterThan(1_950)
    for (const tokens of [0, 1, 1e9, Number.NaN, -5]) estimator.learn(4_000, 'm', tokens)
    estimator.learn(0, 'm', 100)
    expect(estimator.estimate(4_000, 'm')).toBeGreaterThan(1_950)
  })

  it('are remembered for a bounded number of models', () => {
    const estimator = new TokenEstimator()
    for (let i = 0; i < 50; i++) estimator.learn(4_000, 'first', 4_000)
    for (let i = 0; i < 2_001; i++) estimator.learn(4_000, `m${i}`, 1_000)
    expect(estimator.estimate(4_000, 'first')).toBe(1_000)
  })
})

describe('output tokens', () => {
  it('are what the endpoint gave in this class, else what the class gave, else a guess; never above the limit', () => {
    const estimator = new OutputEstimator()
    expect(estimator.expect('a', CLASS)).toBe(256)
    expect(estimator.expect('a', CLASS, 10)).toBe(10)
    expect(estimator.expect('a', 'embedding.lt1k.plain')).toBe(0)
    for (let i = 0; i < 100; i++) estimator.learn('a', CLASS, 40)
    expect(estimator.expect('a', CLASS)).toBeCloseTo(40)
    expect(estimator.expect('b', CLASS)).toBeCloseTo(40)
    for (let i = 0; i < 100; i++) estimator.learn('b', CLASS, 900)
    expect(estimator.expect('a', CLASS)).toBeCloseTo(40)
    expect(estimator.expect('b', CLASS)).toBeCloseTo(900)
    estimator.learn('b', CLASS, Number.NaN)
    expect(estimator.expect('b', CLASS)).toBeCloseTo(900)
  })
})

describe('cost', () => {
  const price = { prompt: 3, completion: 15, cacheRead: 0.3, cacheWrite: 3.75 }

  it('counts cached input once, at its own price', () => {
    const usage = {
      inputTokens: 10_000,
      outputTokens: 1_000,
      cacheReadTokens: 6_000,
      cacheWriteTokens: 1_000,
      reasoningTokens: 700,
    }
    expect(costOf(price, usage)).toBeCloseTo((3_000 * 3 + 6_000 * 0.3 + 1_000 * 3.75 + 1_000 * 15) / 1e6, 12)
  })

  it('takes the prompt price for cached input without one', () => {
    expect(
      costOf({ prompt: 3, completion: 15 }, { inputTokens: 10_000, cacheReadTokens: 6_000, cacheWriteTokens: 1_000 }),
    ).toBeCloseTo(0.03, 12)
  })

  it('adds the price of the request', () => {
    expect(costOf({ prompt: 0, completion: 0, request: 0.01 }, { inputTokens: 1 })).toBe(0.01)
  })

  it('is unknown without price or usage, and zero when free', () => {
    expect(costOf(undefined, { inputTokens: 1 })).toBeUndefined()
    expect(costOf(price, {})).toBeUndefined()
    expect(costOf({ prompt: 0, completion: 0 }, { inputTokens: 5, outputTokens: 5 })).toBe(0)
  })

  it('never goes below the parts that an upstream reports', () => {
    expect(costOf(price, { inputTokens: 10, outputTokens: 0, cacheReadTokens: 1_000_000 })).toBeCloseTo(0.3, 12)
  })

  it('can be estimated', () => {
    expect(estimatePrice(price, 1_000_000, 100_000)).toBeCloseTo(4.5, 12)
    expect(estimatePrice(undefined, 1, 1)).toBeUndefined()
  })
})
