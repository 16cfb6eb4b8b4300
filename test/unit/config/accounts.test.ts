// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of the file that is tested
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkConfig } from '../../../src/config/load.ts'
import { outsideValues } from '../../../src/config/outside-values.ts'
import { check, problemsOf } from './support.ts'

const CONFIG = `
providers:
  openai:
    api_keys: ["\${ONE}", { api_key: two, organization: org, weight: 2 }]
    headers: { x-a: b, x-c: null }
models:
  big: { endpoints: [openai/gpt-4o] }
  alias: big
  second: alias
  mini: openai/gpt-4o-mini
`

describe('api_keys', () => {
  const { config, problems } = check(CONFIG, { ONE: 'sk-one' })

  it('makes an account of each', () => {
    expect(problems).toEqual([])
    const [first, second] = [...config!.providers.values()]
    expect(first).toMatchObject({ id: 'openai', options: { api_key: 'sk-one', headers: { 'x-a': 'b' } } })
    expect(first!.headers).toEqual({ 'x-c': null })
    expect(second).toMatchObject({
      id: 'openai#2',
      account: 'openai',
      plugin: 'openai',
      weight: 2,
      options: { api_key: 'two', organization: 'org' },
    })
    expect(second!.placeOf('/api_key')).toMatchObject({ line: 4 })
  })

  it('puts each endpoint at each account, under every name', () => {
    for (const name of ['big', 'alias', 'second'])
      expect(config!.models.get(name)!.endpoints.map(({ provider, weight }) => [provider, weight])).toEqual([
        ['openai', 1],
        ['openai#2', 2],
      ])
    expect(config!.models.get('mini')!.endpoints[0]).toMatchObject({ provider: 'openai', model: 'gpt-4o-mini' })
  })
})

describe('names', () => {
  const withModels = (models: string) => problemsOf(`providers:\n  openai: { api_key: k }\nmodels:\n${models}`)

  it.each([
    ['  a: b\n  b: a', 'This name stands for itself, by way of others.'],
    ['  a: nothing', 'There is no model "nothing".'],
    ['  a: missing/gpt', 'There is no provider "missing".'],
    [
      '  a: { endpoints: ["openai/*"] }',
      'A "*" stands for what it stands for in the name of the model, which has none.',
    ],
    ['  "a*b*": { endpoints: ["openai/*"] }', 'A name may have one "*" only.'],
  ])('refuses %s', (models, message) => expect(withModels(models).join('\n')).toContain(message))

  it('lets a name pin its own endpoint', () => expect(withModels('  openai/gpt: openai/gpt')).toEqual([]))
})

it.each([
  ['a line', 'headers: { x-a: "b\\nx-c: d" }', 'This must be a text of one line, or null'],
  ['a name', 'headers: { "x a": b }', 'the name of a header'],
])('refuses a header with %s that could not be sent', (_, model, message) => {
  const text = `providers: { openai: { api_key: k } }\nmodels: { m: { endpoints: [openai/m], ${model} } }`
  expect(problemsOf(text)).toEqual([expect.stringContaining(message)])
})

describe('secrets from outside', () => {
  const directory = mkdtempSync(join(tmpdir(), 'commonroute-'))
  const file = join(directory, 'config.yaml')
  const load = (key: string) => {
    writeFileSync(file, `providers:\n  openai: { api_key: ${JSON.stringify(key)} }\n`)
    return checkConfig(file, {})
  }
  writeFileSync(join(directory, 'key.txt'), 'sk-from-file\n')

  it.each([
    ['${file:key.txt}', 'sk-from-file'],
    ['${exec:cat key.txt}', 'sk-from-file'],
    ['${exec:echo "a b" | cut -c1}', 'a'],
  ])('reads %s, beside the file', (key, value) => {
    const use = load(key).config!.providers.get('openai')!
    expect(use.options.api_key).toBe(value)
    expect(use.fromEnv).toEqual([value])
  })

  it.each([
    ['${file:none.txt}', 'The file none.txt cannot be read: ENOENT.'],
    ['${exec:echo sk-secret >&2; exit 3}', 'The command "echo sk-secret >&2; exit 3" failed: it ended with 3.'],
  ])('says why %s holds nothing', (key, message) => {
    expect(load(key).problems.map((problem) => problem.message)).toEqual([message])
  })

  it.each(['exec sleep 60', "trap '' TERM; while :; do :; done"])('does not wait for %s', (command) => {
    const outside = outsideValues(directory, 100)
    expect(() => outside('exec', command)).toThrow(`"${command}" failed: it took more than 100 ms`)
  })
})
