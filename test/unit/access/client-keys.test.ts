import { expect, it } from 'vitest'
import { ClientKeys, fingerprintOf } from '../../../src/access/client-keys.ts'
import { mayAsk } from '../../../src/access/may-ask.ts'

it('knows its keys, by a fingerprint that does not depend on their order', () => {
  const [one, two] = [
    new ClientKeys(['key-number-1', 'key-number-2']),
    new ClientKeys(['key-number-2', 'key-number-1']),
  ]
  for (const key of ['key-number-1', 'key-number-2']) {
    expect(one.identify(key)).toEqual({ fingerprint: fingerprintOf(key) })
    expect(two.identify(key)).toEqual(one.identify(key))
    expect(one.identify(key)).toBe(one.identify(key))
  }
  expect(one.identify('key-number-1')).not.toEqual(one.identify('key-number-2'))
  expect(one.identify('key-number-3')).toBeUndefined()
  expect(new ClientKeys([])).toMatchObject({ required: false })
})

it('a fingerprint is the same in every version: records outlive the router', () => {
  expect(fingerprintOf('key-number-1')).toMatch(/^[\w-]{4}$/)
  expect(fingerprintOf('key-number-1')).toBe('VACf')
})

it.each<[string | undefined, string | undefined, boolean]>([
  ['a', 'a', true],
  ['b', 'a', false],
  ['a', undefined, true],
  [undefined, 'a', true],
  [undefined, undefined, true],
])('client %s may ask about a request of %s: %s', (client, owner, allowed) => {
  expect(mayAsk(client, owner === undefined ? {} : { client: owner })).toBe(allowed)
})
