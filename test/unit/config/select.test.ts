import { describe, expect, test } from 'vitest'
import { check, problemsOf } from './support.ts'

const file = (models: string) =>
  `providers:\n  sandbox: {}\n  openai: { api_key: "\${KEY}", optional: true }\nmodels:\n${models}\n`
const PAIR = '  a: { endpoints: [sandbox/a] }\n  b: { endpoints: [sandbox/b] }'

describe('a selector', () => {
  test('has its defaults', () => {
    const { config } = check(
      file(
        `${PAIR}\n  auto: { select: { from: [a, b] } }\n  tight: { select: { from: [b, a], min_quality: 0.8, budget: 0.01 } }`,
      ),
    )
    expect(config?.models.get('auto')).toMatchObject({
      endpoints: [],
      select: { from: ['a', 'b'], minQuality: 0.95, per: 'all' },
    })
    expect(config?.models.get('auto')?.select).not.toHaveProperty('budgetUsd')
    expect(config?.models.get('tight')?.select).toEqual({
      from: ['b', 'a'],
      minQuality: 0.8,
      per: 'all',
      budgetUsd: 0.01,
      features: { words: true },
      signals: { repeats: true, tools: true, words: false },
    })
  })

  test('takes what is declared of a model', () => {
    const { config } = check(file(`${PAIR}\n  auto: { select: { from: [{ model: a, quality: 0.8 }, { model: b }] } }`))
    expect(config?.models.get('auto')?.select).toEqual({
      from: ['a', 'b'],
      qualities: new Map([['a', 0.8]]),
      minQuality: 0.95,
      per: 'all',
      features: { words: true },
      signals: { repeats: true, tools: true, words: false },
    })
  })

  test('takes one check or a list, by name or with options', () => {
    const verify = (written: string) =>
      check(file(`${PAIR}\n  auto: { select: { from: [a, b], verify: ${written} } }`)).config?.models.get('auto')
        ?.select?.verify
    expect(verify('schema')).toEqual([{ check: 'schema', reliability: 0.95 }])
    expect(verify('{ check: agreement, threshold: 0.8, reliability: 0.7 }')).toEqual([
      { check: 'agreement', reliability: 0.7, threshold: 0.8, parallel: true },
    ])
    expect(verify('[logprob, { check: tests, command: [x, "1"] }], judge: { model: b, budget: 2 }')).toEqual([
      { check: 'logprob', reliability: 0.8, threshold: -0.5 },
      { check: 'tests', reliability: 0.95, command: ['x', '1'], timeoutMs: 10_000, withRequest: false },
    ])
    expect(verify('judge, judge: { model: b, budget: 2 }')).toEqual([
      { check: 'judge', reliability: 0.9, model: 'b', budgetUsd: 2 },
    ])
  })

  test('learns by embeddings of a model, within a time and a budget', () => {
    const { config } = check(file(`${PAIR}\n  auto: { select: { from: [a, b], features: { embeddings: b } } }`))
    const embeddings = { model: 'b', timeoutMs: 250, budgetUsd: 1 }
    expect(config?.models.get('auto')?.select?.features).toEqual({ words: true, embeddings })
  })

  test.each([
    [
      '{ select: { from: [{ model: a, quality: 2 }, b] } }',
      'select.from[0].quality: This must be a number from 0 to 1.',
    ],
    ['{ select: { from: [{ model: c }, b] } }', 'select.from[0].model: There is no model "c".'],
    ['{ select: { from: [{ quality: 1 }, b] } }', 'select.from[0]: "model" is missing.'],
    ['{ select: { from: [a, b], features: { embeddings: c } } }', 'select.features.embeddings: There is no model "c".'],
    ['{ select: { from: [a] } }', 'select.from: This must be a list of two models or more.'],
    ['{ select: {} }', 'select: "from" is missing.'],
    ['{ select: { from: [a, c] } }', 'select.from[1]: There is no model "c".'],
    ['{ select: { from: [a, a] } }', 'select.from[1]: The model "a" is listed already.'],
    ['{ select: { from: [a, auto] } }', 'select.from[1]: The model "auto" is a selector itself.'],
    ['{ select: { from: [a, b] }, endpoints: [sandbox/a] }', 'select: A model has either "endpoints" or "select".'],
    ['{ select: { from: [a, b] }, strategy: price }', 'strategy: A selector has no endpoints to order.'],
    ['{ select: { from: [a, b], min_quality: 2 } }', 'select.min_quality: This must be a number from 0 to 1.'],
    ['{ description: x }', '"endpoints" is missing.'],
    ['{ select: { from: [a, b], verify: tests } }', 'select.verify: The check "tests" needs a command or a URL.'],
    ['{ select: { from: [a, b], verify: judge } }', 'select.verify: The check "judge" needs a model and a budget.'],
    [
      '{ select: { from: [a, b], verify: [schema, { check: judge, model: c, budget: 1 }] } }',
      'select.verify[1].model: There is no model "c".',
    ],
    [
      '{ select: { from: [a, b], verify: { check: judge, model: auto, budget: 1 } } }',
      'select.verify.model: The model "auto" is a selector itself.',
    ],
    [
      '{ select: { from: [a, b], verify: { check: schema, threshold: 1 } } }',
      'select.verify.threshold: "threshold" means nothing to the check "schema".',
    ],
    [
      '{ select: { from: [a, b], verify: { check: tests, command: [x], url: "http://x" } } }',
      'select.verify: The check "tests" has either a command or a URL.',
    ],
    [
      '{ select: { from: [a, b], verify: guess } }',
      'select.verify: This must be one of schema, tests, logprob, agreement, judge, a mapping with "check", or a list of such.',
    ],
  ])('is checked: %s', (model, problem) => {
    const problems = problemsOf(file(`${PAIR}\n  auto: ${model}`))
    expect(problems).toHaveLength(1)
    expect(problems[0]?.replace(/^\S+ models\.auto[.:] ?/, '')).toBe(problem)
  })

  test('does without models that are left out, and is left out with the last of them', () => {
    const models = '  a: { endpoints: [sandbox/a] }\n  b: { endpoints: [openai/b] }\n  c: { endpoints: [openai/c] }'
    const { config } = check(
      file(`${models}\n  auto: { select: { from: [a, b] } }\n  none: { select: { from: [b, c] } }`),
    )
    expect(config?.models.get('auto')?.select?.from).toEqual(['a'])
    expect(config?.models.has('none')).toBe(false)
  })
})
