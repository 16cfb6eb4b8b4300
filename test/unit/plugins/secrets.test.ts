import { describe, expect, test } from 'vitest'
import { redact, secretsIn } from '../../../src/plugins/secrets.ts'

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

test('redact takes secrets out, longest first, but not snippets', () => {
  expect(redact('token abcdef and abcd, id ab', secretsIn({ writeOnly: true }, ['abcd', 'abcdef', 'ab']))).toBe('token *** and ***, id ab')
})
