// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of the file that is tested
import { describe, expect, test } from 'vitest'
import { show } from '../../../src/config/secrets.ts'
import { check } from './support.ts'

const SECRET = 'a-very-private-value'

describe('show', () => {
  test.each([
    ['fast', '/models/m/strategy', '"fast"'],
    [3, '/server/port', '3'],
    [true, '/log/outcomes', 'true'],
    [null, '/server/port', 'nothing'],
    [[], '/plugins', 'an empty list'],
    [[1], '/plugins', 'a list'],
    [{}, '/server', 'a mapping'],
    ['', '/auth/keys/0', '""'],
    ['two\nlines', '/server/host', '"two\\nlines"'],
    ['http://user:pass@host/', '/server/host', '"http://***@host/"'],
    ['60x', '/routing/timeouts/first_token', '"60x"'],
    [-2, '/providers/p/price/prompt', '-2'],
    ['yes', '/providers/p/optional', '"yes"'],
    ['10x', '/models/headers/timeouts/total', '"10x"'],
  ])('%j at %s is %s', (value, pointer, shown) => expect(show(value, pointer, false)).toBe(shown))

  test.each([
    '/auth',
    '/auth/keys',
    '/auth/keys/0',
    '/providers/p',
    '/providers/p/api_key',
    '/stats/store/options/url',
    '/models/m/headers/x-team',
    '/models/m/endpoints/0/headers/x-team',
    '/server/api_key',
  ])('masks what stands at %s', (pointer) => expect(show(SECRET, pointer, false)).toBe('***'))

  test.each(['sk-proj-abcdef', 'Bearer abc', 'gsk_abcdef', 'AIzaSyAbc', 'eyJhbGciOi'])('masks %s anywhere', (value) =>
    expect(show(value, '/server/host', false)).toBe('***'),
  )

  test('masks what came from the environment', () => expect(show('x', '/server/host', true)).toBe('***'))

  test('shortens', () => expect(show('x'.repeat(500), '/server/host', false).length).toBeLessThan(70))
})

describe('no secret is ever in a problem', () => {
  test.each([
    `auth: ${SECRET}\nproviders: { a: {} }`,
    `auth: { keys: ${SECRET} }\nproviders: { a: {} }`,
    `auth: { key: ${SECRET} }\nproviders: { a: {} }`,
    `auth: { keys: [ { name: ${SECRET} } ] }\nproviders: { a: {} }`,
    `providers: { a: ${SECRET} }`,
    `providers: ${SECRET}`,
    `providers: { a: {} }\nmodels: { m: { endpoints: [a/m], headers: ${SECRET} } }`,
    `providers: { a: {} }\nserver: { port: "\${S}", host: "\${S}" }`,
    `providers: { a: {} }\nlog: { level: "\${S}" }\nrouting: { strategy: { plugin: "\${S}", x: 1 } }`,
    `providers: { a: { api_key: "${SECRET} \${" } }`,
    `providers: { a: { api_key: "${SECRET} \${NONE}" } }`,
  ])('%s', (text) => {
    const { problems } = check(text, { S: SECRET })
    expect(problems.length).toBeGreaterThan(0)
    expect(JSON.stringify(problems)).not.toContain(SECRET)
  })

  test('nor in a name that came from the environment', () => {
    const { problems } = check(
      'providers: { a: {} }\nmodels: { m: { endpoints: [ "${S}/x" ], fallbacks: [ "${S}", { model: "${S}" } ] } }',
      { S: SECRET },
    )
    expect(problems).toHaveLength(3)
    expect(JSON.stringify(problems)).not.toContain(SECRET)
  })
})
