// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of the file that is tested
import { describe, expect, test } from 'vitest'
import { check, problemsOf, warningsOf } from './support.ts'

const OPTIONAL = `
providers:
  sandbox: {}
  groq: { plugin: openai-compatible, optional: true, api_key: "\${GROQ_KEY}" }
models:
  both: { endpoints: [ groq/a, sandbox/a ], fallbacks: [ only ] }
  only: { endpoints: [ groq/a ] }
`

describe('variables', () => {
  test('a missing one names the key and the line, and every one is named', () => {
    const { problems } = check('providers:\n  a: { api_key: "${A_KEY}", base_url: "http://${HOST}:${PORT}" }\n')
    expect(problems.map(({ line, column, path, message }) => [line, column, path, message])).toEqual([
      [2, 17, 'providers.a.api_key', 'The environment variable A_KEY is not set.'],
      [2, 39, 'providers.a.base_url', 'The environment variable HOST is not set.'],
      [2, 39, 'providers.a.base_url', 'The environment variable PORT is not set.'],
    ])
    expect(problems[0]?.hint).toBe('Set it, or write ${A_KEY:-default}, or mark the provider "optional: true".')
  })

  test('an empty one counts as missing', () => {
    expect(problemsOf('providers: { a: { api_key: "${K}" } }\n', { K: '' })).toHaveLength(1)
  })

  test('a missing one is the only problem of its value', () => {
    expect(
      problemsOf(
        'providers: { a: {} }\nserver: { port: "${P}", host: "${H}" }\nmodels: { m: { endpoints: [ "${E}" ] } }\n',
      ),
    ).toEqual([
      '2:17 server.port: The environment variable P is not set.',
      '2:31 server.host: The environment variable H is not set.',
      '3:29 models.m.endpoints[0]: The environment variable E is not set.',
    ])
  })

  test('values are expanded, keys and numbers are not', () => {
    const { config } = check('providers: { a: { "${K}": "x-${K}", list: [ "${K}" ], literal: "$${K}", n: 3 } }\n', {
      K: 'v',
    })
    expect(config?.providers.get('a')?.options).toEqual({ '${K}': 'x-v', list: ['v'], literal: '${K}', n: 3 })
  })

  test('a reference that is none is a problem', () => {
    expect(problemsOf('providers: { a: { api_key: "${A KEY}" } }\n')).toEqual([
      '1:28 providers.a.api_key: There is a "${" that does not begin ${NAME} or ${NAME:-default}.',
    ])
  })

  test('an optional provider without its variable is left out, with its endpoints, models and fallbacks', () => {
    expect(problemsOf(OPTIONAL)).toEqual([])
    expect(warningsOf(OPTIONAL)).toEqual([
      '4:3 providers.groq: The optional provider "groq" is left out: GROQ_KEY is not set.',
      '7:3 models.only: The model "only" is left out: all of its providers are.',
    ])
    const { config } = check(OPTIONAL)
    expect([...config!.providers.keys()]).toEqual(['sandbox'])
    expect([...config!.models.keys()]).toEqual(['both'])
    expect(config!.models.get('both')?.endpoints.map(({ provider }) => provider)).toEqual(['sandbox'])
    expect(config!.models.get('both')?.fallbacks).toEqual([])
    expect(config!.warnings).toHaveLength(2)
  })

  test('an optional provider with its variable is there', () => {
    const { config, warnings } = check(OPTIONAL, { GROQ_KEY: 'k' })
    expect(warnings).toEqual([])
    expect(config?.providers.get('groq')).toMatchObject({ optional: true, options: { api_key: 'k' } })
    expect(config?.models.get('both')?.fallbacks).toEqual([{ model: 'only' }])
  })

  test('some provider has to be left', () => {
    expect(problemsOf('providers:\n  a: { optional: true, api_key: "${K}" }\n')).toEqual([
      '1:1 providers: No provider is left: all are optional, and their environment variables are not set.',
    ])
  })
})
