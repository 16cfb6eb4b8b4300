import { describe, expect, test } from 'vitest'
import { check, problemsOf } from './support.ts'

const file = (models: string) => `providers:\n  sandbox: {}\n  openai: { api_key: k }\nmodels:\n${models}\n`

describe('references', () => {
  test('an endpoint names a configured provider', () => {
    const { problems } = check(file('  m: { endpoints: [ opnai/gpt-4o, { provider: zzzzzz, model: x } ] }'))
    expect(problems).toEqual([
      {
        file: 'config.yaml',
        line: 5,
        column: 21,
        path: 'models.m.endpoints[0]',
        message: 'There is no provider "opnai".',
        hint: 'Did you mean "openai"?',
      },
      {
        file: 'config.yaml',
        line: 5,
        column: 47,
        path: 'models.m.endpoints[1].provider',
        message: 'There is no provider "zzzzzz".',
        hint: 'Configured: sandbox, openai.',
      },
    ])
  })

  test('a fallback names a configured model, and another one', () => {
    const models =
      '  small: { endpoints: [sandbox/a], fallbacks: [ bgi, small, { model: smal } ] }\n  big: { endpoints: [sandbox/b] }'
    expect(problemsOf(file(models))).toEqual([
      '5:49 models.small.fallbacks[0]: There is no model "bgi".',
      '5:54 models.small.fallbacks[1]: The model "small" cannot fall back to itself.',
      '5:70 models.small.fallbacks[2].model: There is no model "smal".',
    ])
  })

  test('fallbacks in a circle are fine', () => {
    expect(
      problemsOf(
        file('  a: { endpoints: [sandbox/a], fallbacks: [b] }\n  b: { endpoints: [sandbox/b], fallbacks: [a] }'),
      ),
    ).toEqual([])
  })

  test('preferences of a fallback name configured providers, with or without a region', () => {
    const fallback = '{ model: b, provider: { order: [sandbx], only: [openai/us, openia/us], ignore: [sandbox] } }'
    expect(
      problemsOf(file(`  a: { endpoints: [sandbox/a], fallbacks: [ ${fallback} ] }\n  b: { endpoints: [sandbox/b] }`)),
    ).toEqual([
      '5:77 models.a.fallbacks[0].provider.order[0]: There is no provider "sandbx".',
      '5:104 models.a.fallbacks[0].provider.only[1]: There is no provider "openia".',
    ])
  })

  test('an endpoint stands once in a model, unless the region differs', () => {
    const endpoints = (...list: string[]) =>
      file(`  m:\n    endpoints:\n${list.map((entry) => `      - ${entry}`).join('\n')}`)
    expect(problemsOf(endpoints('sandbox/a', '{ provider: sandbox, model: a }'))).toEqual([
      '8:9 models.m.endpoints[1]: This endpoint is listed already, on line 7.',
    ])
    expect(problemsOf(endpoints('sandbox/a', '{ provider: sandbox, model: a, region: eu }'))).toEqual([])
  })

  test("the upstream's name may hold slashes", () => {
    const { config } = check(file('  m: { endpoints: [ openai/org/team/model@v1 ] }'))
    expect(config?.models.get('m')?.endpoints[0]).toMatchObject({ provider: 'openai', model: 'org/team/model@v1' })
  })
})
