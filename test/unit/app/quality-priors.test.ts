import { expect, test } from 'vitest'
import { qualityPriors } from '../../../src/app/quality-priors.ts'
import { publishedQualities } from '../../../src/catalogue/quality.ts'

const models = (names: Record<string, string[]>) =>
  new Map(
    Object.entries(names).map(([name, own]) => [
      name,
      { endpoints: own.map((model) => ({ provider: 'p', model, weight: 1, place: {} })) },
    ]),
  )
const from = ['small', 'big']
const UNKNOWN = models({ small: ['x'], big: ['y'] })
const KNOWN = models({ small: ['gpt-4o-mini', 'openai/gpt-4o-mini-2024-07-18'], big: ['gpt-4o'] })
const priorsOf = (known: typeof KNOWN, declared: Record<string, number> = {}) => {
  const qualities = new Map(Object.entries(declared))
  const priors = qualityPriors({ from, ...(qualities.size > 0 && { qualities }) }, known)
  return Object.fromEntries(
    [...priors].map(([name, { quality, source }]) => [name, [Number(quality.toFixed(3)), source]]),
  )
}

test('a selector begins with what is declared, with what a benchmark says of all its models, or with nothing', () => {
  expect(priorsOf(UNKNOWN)).toEqual({})
  expect(priorsOf(models({ small: ['gpt-4o-mini'], big: ['y'] }))).toEqual({})
  expect(priorsOf(models({ small: ['gpt-4o-mini', 'gpt-4o'], big: ['gpt-4o'] }))).toEqual({})
  const benchmark = 'LiveBench 2024-11-25'
  expect(priorsOf(KNOWN)).toEqual({ small: [0.635, benchmark], big: [0.85, benchmark] })
  expect(priorsOf(KNOWN, { small: 0.7 })).toEqual({ small: [0.7, undefined], big: [0.937, benchmark] })
  expect(priorsOf(UNKNOWN, { small: 0.8 })).toEqual({ small: [0.8, undefined], big: [0.9, 'list'] })
  expect(priorsOf(UNKNOWN, { big: 0.9 })).toEqual({ small: [0.9, 'list'], big: [0.9, undefined] })
  expect(priorsOf(UNKNOWN, { small: 0.8, big: 0.9 })).toEqual({ small: [0.8, undefined], big: [0.9, undefined] })
})

test('models are known by any way to write them, and compared within one benchmark', () => {
  expect(publishedQualities([['us.anthropic.claude-sonnet-4-5-20250929-v1:0'], ['openai/gpt-5-mini']])).toEqual({
    benchmark: 'LiveBench 2026-01-08',
    figures: [0.537, 0.61],
  })
  expect(publishedQualities([['gpt-4.1'], ['gpt-4.1-mini']])?.benchmark).toBe('MMLU (simple-evals)')
  expect(publishedQualities([['gpt-4.1'], ['kimi-k2']])).toBeUndefined()
})
