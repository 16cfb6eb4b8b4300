import { describe, expect, test } from 'vitest'
import { secretsIn } from '../../../src/plugins/secrets.ts'

const secret = { type: 'string', writeOnly: true }

describe('secretsIn', () => {
  test.each([
    ['a property', { properties: { key: secret, name: {} } }, { key: 'abcd', name: 'open' }, ['abcd']],
    [
      'all below a secret object',
      { properties: { account: { writeOnly: true } } },
      { account: { user: 'u1', pins: [1234] } },
      ['1234', 'u1'],
    ],
    [
      'members of a map',
      { properties: { headers: { additionalProperties: secret } } },
      { headers: { a: 'one', b: 'three' } },
      ['three', 'one'],
    ],
    ['items of a list', { properties: { keys: { items: secret } } }, { keys: ['one', 'two'] }, ['one', 'two']],
    ['branches', { anyOf: [{ properties: { key: secret } }, {}] }, { key: 'abcd' }, ['abcd']],
    ['nothing', {}, { key: 'abcd', list: [null] }, []],
    ['options that are not there', { properties: { key: secret } }, undefined, []],
  ])('%s', (_, schema, options, secrets) => {
    expect(secretsIn(schema, options)).toEqual(secrets)
  })

  test('a schema that refers to itself does not trap it', () => {
    const schema: Record<string, unknown> = {}
    schema.anyOf = [schema]
    expect(secretsIn(schema, { a: 1 })).toEqual([])
  })
})

describe('secrets in addresses', () => {
  test.each([
    [
      'a password, as it is and as it is sent',
      'http://user:pa%24s-word@host/v1',
      [],
      ['dXNlcjpwYSRzLXdvcmQ=', 'pa%24s-word', 'pa$s-word'],
    ],
    ['a user alone, which is a token', 'http://ghp_token123@host/v1', [], ['ghp_token123']],
    ['a key in the query', 'https://host/v1?key=abcd-efgh&api-version=2024-06-01', [], ['abcd-efgh']],
    [
      'any parameter from the environment',
      'https://host/v1?tenant=secret-tenant',
      ['secret-tenant'],
      ['secret-tenant'],
    ],
    ['a part of the path from the environment', 'https://host/hooks/short-token/v1', ['short-token'], ['short-token']],
    [
      'a part of the path that looks like a token',
      'https://host/T0aB1cD2eF3gH4iJ5kL6/v1',
      [],
      ['T0aB1cD2eF3gH4iJ5kL6'],
    ],
    [
      'an address that is one variable: only what looks like a token',
      'https://host/openai/deployments/gpt-4o-mini',
      ['https://host/openai/deployments/gpt-4o-mini'],
      [],
    ],
    ['nothing in a common address', 'https://eu.api.openai.com/v1', [], []],
    ['nothing in what is none', 'http://[', [], []],
  ])('%s', (_, base_url, fromEnv, secrets) => {
    expect(secretsIn({ properties: { base_url: { type: 'string' } } }, { base_url }, fromEnv)).toEqual(secrets)
  })
})
