// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of the file that is tested
import { describe, expect, test } from 'vitest'
import { check, MINIMAL, problemsOf } from './support.ts'

describe('YAML', () => {
  test.each([
    ['', '1:1 : The file is empty.'],
    ['# only a comment\n', '1:1 : The file is empty.'],
    ['- a\n- b\n', '1:1 : The file must be a mapping of keys to values.'],
    ['just text', '1:1 : The file must be a mapping of keys to values.'],
    ['providers:\n\ta: {}\n', '2:1 : Tabs cannot be used for indentation.'],
    ['a: "unclosed\n', '2:1 : A closing quote, a comma or a colon is missing.'],
    ['a: b: c\n', '1:4 : There is a second "key: value" on this line.'],
    ['a: @b\n', '1:4 : A plain value cannot begin with this character.'],
    ['a: !foo b\n', '1:4 : This !tag is not known.'],
    ['a: 1\n---\nb: 2\n', '2:1 : The file holds more than one YAML document.'],
    ['a:\n  b: 1\n c: 2\n', '3:1 : The indentation does not fit the lines above.'],
  ])('%j', (text, problem) => expect(problemsOf(text)).toEqual([problem]))

  test('reports every syntax error, not what follows from one', () => {
    expect(problemsOf('a: @b\nb: 1\nc: @d\n').map((problem) => problem.slice(0, 3))).toEqual(['1:4', '3:4'])
    expect(problemsOf('a: { k: ${KEY} }\nb: 1\nc: 2\n')).toHaveLength(1)
  })

  test('never quotes the file in a syntax error', () => {
    const { problems } = check(
      'auth: { keys: [ sk-very-secret: ] ] }\nproviders: { a: { api_key: ${sk-very-secret} } }\n',
    )
    expect(problems.length).toBeGreaterThan(0)
    expect(JSON.stringify(problems)).not.toContain('secret')
  })

  test('refuses a key given twice, and says where the first one is', () => {
    expect(problemsOf(`${MINIMAL}server: { port: 1 }\nlog: {}\nserver: {}\n`)).toEqual([
      '5:1 server: The key is given twice; first on line 3.',
    ])
    expect(problemsOf('providers:\n  sandbox: {}\n  "sandbox": {}\n')).toEqual([
      '3:3 providers.sandbox: The key is given twice; first on line 2.',
    ])
  })

  test('overlooks a byte order mark and keeps the columns right', () => {
    expect(check(`\ufeff${MINIMAL}`).problems).toEqual([])
    expect(problemsOf(`\ufeff${MINIMAL}servr: {}\n`)).toEqual(['3:1 servr: This key is not known.'])
  })

  test('takes an empty section for one left out', () => {
    const { config, problems } = check('server:\nauth:\nproviders:\n  sandbox:\nmodels:\nlog:\n')
    expect(problems).toEqual([])
    expect(config?.server.port).toBe(4000)
    expect(config?.providers.get('sandbox')?.options).toEqual({})
  })

  test('understands anchors, aliases and merge keys', () => {
    const { config, problems } = check(`
providers:
  base: &base { plugin: openai-compatible, base_url: "http://h/v1", price: &free { prompt: 0, completion: 0 } }
  other: { <<: *base, base_url: "http://other/v1" }
  third:
    <<: [ { base_url: "http://third/v1" }, *base ]
models:
  m: { endpoints: [ { provider: other, model: x, price: *free } ] }
`)
    expect(problems).toEqual([])
    expect(config?.providers.get('other')).toMatchObject({
      plugin: 'openai-compatible',
      options: { base_url: 'http://other/v1' },
    })
    expect(config?.providers.get('third')).toMatchObject({
      plugin: 'openai-compatible',
      options: { base_url: 'http://third/v1' },
    })
    expect(config?.models.get('m')?.endpoints[0]?.price).toEqual({ prompt: 0, completion: 0 })
  })

  test('an alias means the last anchor above it', () => {
    const { config } = check('providers:\n  a: { x: &x 1 }\n  b: { x: *x }\n  c: { x: &x 2 }\n  d: { x: *x }\n')
    expect([...(config?.providers.values() ?? [])].map(({ options }) => options.x)).toEqual([1, 1, 2, 2])
  })

  test.each([
    ['providers: { a: *nobody }\n', '1:17 providers.a: The alias *nobody has no anchor above it.'],
    ['providers: { a: &a { b: *a } }\n', '1:25 providers.a.b: The alias *a stands inside what it refers to.'],
    ['providers: { a: &a { <<: *a } }\n', '1:26 providers.a: The alias *a stands inside what it refers to.'],
    ['providers: { a: { <<: 3 } }\n', '1:19 providers.a: Only mappings can be merged with "<<".'],
    ['providers: { ? [a, b] : {}, a: {} }\n', '1:16 providers: A key must be a plain text.'],
    ['providers: { __proto__: {}, a: {} }\n', '1:14 providers: This key is not allowed.'],
  ])('%j', (text, problem) => expect(problemsOf(text)).toContain(problem))

  test('a large file is a file like any other, and a too large one has one problem', () => {
    const models = (count: number) =>
      Array.from({ length: count }, (_, i) => `  m${i}: { endpoints: [{ provider: sandbox, model: fast, weight: 2 }] }`)
    const file = (count: number) => ['providers: { sandbox: {} }', 'models:', ...models(count)].join('\n')
    expect(problemsOf(file(10_000))).toEqual([])
    expect(problemsOf(file(20_000))).toEqual([expect.stringContaining('The file has more than 100,000 values.')])
  })

  test.each(['providers: {\n', 'providers: { a: {}\nmodels: {}\n', 'plugins: [\n'])(
    '%j: says that a bracket is open',
    (text) => {
      expect(problemsOf(text)[0]).toContain('A [ or { is not closed')
    },
  )

  test('refuses an alias bomb, by aliases and by merges', () => {
    const levels = ['providers:\n  l0: &l0 { a: 1, b: 2, c: 3 }']
    for (let i = 1; i < 20; i++) levels.push(`  l${i}: &l${i} { a: *l${i - 1}, b: *l${i - 1}, c: *l${i - 1} }`)
    expect(problemsOf(levels.join('\n'))).toEqual([
      expect.stringContaining('more than 100,000 values once its aliases are expanded'),
    ])
    const merges = ['providers:\n  l0: &l0 { a: 1 }']
    for (let i = 1; i < 30; i++)
      merges.push(
        `  l${i}: &l${i} { <<: [ ${Array(9)
          .fill(`*l${i - 1}`)
          .join(', ')} ] }`,
      )
    expect(problemsOf(merges.join('\n')).join()).toContain('more than 100,000 values once its aliases are expanded')
  })

  test('refuses deep nesting', () => {
    expect(problemsOf(`providers: { a: { x: ${'['.repeat(80)}${']'.repeat(80)} } }`).join()).toContain(
      'nested more than 64 levels deep',
    )
    expect(problemsOf('['.repeat(20_000))).toEqual([expect.stringContaining('The file is nested too deeply.')])
  })

  test('YAML 1.1 is read as such, but its special values are refused', () => {
    expect(check(`%YAML 1.1\n---\n${MINIMAL}log: { outcomes: no }\n`).config?.log.outcomes).toBeUndefined()
    expect(problemsOf('%YAML 1.1\n---\nproviders: { a: { day: 2001-01-01 } }\n')).toEqual([
      '3:24 providers.a.day: This kind of YAML value has no meaning here.',
    ])
  })
})
