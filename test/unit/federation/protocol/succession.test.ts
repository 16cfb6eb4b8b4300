import { expect, test } from 'vitest'
import { fingerprint, generateSigningKey } from '../../../../src/federation/protocol/keys.ts'
import { leadsTo, succeed } from '../../../../src/federation/protocol/succession.ts'

const [first, second, third, stranger] = Array.from({ length: 4 }, generateSigningKey) as [
  ReturnType<typeof generateSigningKey>,
  ...ReturnType<typeof generateSigningKey>[],
]
const keys = [first, second!, third!] as const
const chain = [succeed(keys[0], keys[1].publicKey, 1), succeed(keys[1], keys[2].publicKey, 2)]

test('leads from every earlier key to the newest', () => {
  for (const { publicKey } of keys) {
    expect(leadsTo(publicKey, keys[2].publicKey, chain)).toBe(true)
    expect(leadsTo(fingerprint(publicKey), keys[2].publicKey, chain)).toBe(true)
  }
  expect(leadsTo(keys[0].publicKey, keys[1].publicKey, chain.slice(0, 1))).toBe(true)
})

test('leads nowhere else', () => {
  const to = stranger!.publicKey
  expect(leadsTo(keys[0].publicKey, to, chain)).toBe(false)
  expect(leadsTo(keys[2].publicKey, keys[0].publicKey, chain)).toBe(false)
  expect(leadsTo(keys[0].publicKey, keys[1].publicKey)).toBe(false)
  // A stranger names itself, in whosever name.
  expect(leadsTo(keys[0].publicKey, to, [...chain, succeed(stranger!, to, 3)])).toBe(false)
  const forged = Buffer.from(chain[0]!, 'base64url').toString().replace(keys[1].publicKey, to)
  expect(leadsTo(keys[0].publicKey, to, [Buffer.from(forged).toString('base64url')])).toBe(false)
  for (const broken of ['', '!', Buffer.from('{}\n{}').toString('base64url')])
    expect(leadsTo(keys[0].publicKey, keys[2].publicKey, [broken, ...chain])).toBe(false)
})
