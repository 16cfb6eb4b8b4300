import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalBytes } from '../../../../src/federation/protocol/canonical.ts'
import { createInvite, readInvite } from '../../../../src/federation/protocol/invite.ts'
import {
  exportSigningKey,
  fingerprint,
  generateSigningKey,
  importPublicKey,
  importSigningKey,
} from '../../../../src/federation/protocol/keys.ts'
import { ProtocolProblem } from '../../../../src/federation/protocol/problem.ts'
import { seal, unseal, verifySealed } from '../../../../src/federation/protocol/signed.ts'
import { runs } from '../../../helpers/properties.ts'

const key = generateSigningKey()
const alarm = {
  type: 'alarm',
  v: '1.0',
  provider: 'groq',
  model: 'llama-3.3-70b-versatile',
  region: '-',
  state: 'failing',
  minute: 1,
}

const codeOf = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return error instanceof ProtocolProblem ? error.code : error
  }
  return undefined
}

test('writes canonical JSON as RFC 8785 does', () => {
  const document = {
    b: [1e21, 1e-7, 0.1, -0, 333333333.3333333],
    a: { z: '€$\u000f\nA\'B"\\', ö: null, '': true },
    gone: undefined,
  }
  expect(canonicalBytes(document).toString()).toBe(
    '{"a":{"":true,"z":"€$\\u000f\\nA\'B\\"\\\\","ö":null},"b":[1e+21,1e-7,0.1,0,333333333.3333333]}',
  )
})

test('the canonical bytes do not depend on the order of keys, and are JSON of the same value', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string({ minLength: 1 }).filter((name) => !/^\d/.test(name) && name !== '__proto__'),
        fc.jsonValue(),
      ),
      (document) => {
        const reversed = Object.fromEntries(Object.entries(document).reverse())
        expect(canonicalBytes(document)).toEqual(canonicalBytes(reversed))
        expect(JSON.parse(canonicalBytes(document).toString())).toEqual(JSON.parse(JSON.stringify(document)))
      },
    ),
  )
})

test('a sealed document opens with its key and is what was sealed', () => {
  const sealed = unseal(seal(alarm, key))
  expect(sealed.key).toBe(key.publicKey)
  expect(verifySealed('alarm', sealed)).toEqual(alarm)
  expect(verifySealed('alarm', sealed, importPublicKey(key.publicKey))).toEqual(alarm)
})

test('a change of any byte is noticed', () => {
  const bytes = seal(alarm, key)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Buffer.from(bytes)
      changed[at]! ^= flip
      // The last base64url character of a key or signature has bits that mean nothing: such a change still says the
      // same.
      const code = codeOf(() => expect(verifySealed('alarm', unseal(changed))).toEqual(alarm))
      expect(code === undefined || code === 'bad_signature' || code === 'not_signed').toBe(true)
      if (code === undefined) expect(at).toBeLessThan(bytes.indexOf(0x0a))
    }),
    { numRuns: runs(500) },
  )
})

test('a document does not pass for another type, nor with another key', () => {
  const sealed = unseal(seal(alarm, key))
  expect(codeOf(() => verifySealed('report', sealed))).toBe('bad_signature')
  expect(codeOf(() => verifySealed('alarm', sealed, importPublicKey(generateSigningKey().publicKey)))).toBe(
    'bad_signature',
  )
})

test.each([
  ['nothing', ''],
  ['one line', '{"key":"a","sig":"b"}'],
  ['an envelope without an end', `${' '.repeat(300)}\n{}`],
  ['no JSON', 'key\n{}'],
  ['a short key', `{"key":"abc","sig":"${'a'.repeat(86)}"}\n{}`],
  ['a third member', `{"key":"${'a'.repeat(43)}","sig":"${'a'.repeat(86)}","alg":"none"}\n{}`],
  ['an array', '[]\n{}'],
])('%s is not signed', (_, text) => {
  expect(codeOf(() => unseal(Buffer.from(text)))).toBe('not_signed')
})

test('keys survive being written down, and others are refused', () => {
  const again = importSigningKey(exportSigningKey(key))
  expect(again.publicKey).toBe(key.publicKey)
  expect(verifySealed('alarm', unseal(seal(alarm, again)), importPublicKey(key.publicKey))).toEqual(alarm)
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
  expect(() => importSigningKey(rsa)).toThrow('Ed25519')
  expect(fingerprint(key.publicKey)).toMatch(/^[\w-]{22}$/)
})

test('an invite names the hub, and nothing else is an invite', () => {
  const hub = fingerprint(key.publicKey)
  const code = createInvite(hub)
  expect(readInvite(` ${code}\n`)).toEqual({ secret: expect.stringMatching(/^[\w-]{22}$/), hub })
  for (const wrong of ['', 'cr1', code.slice(1), `${code}x`, code.replace('cr1', 'cr2'), code.replaceAll('.', '_')])
    expect(readInvite(wrong)).toBeUndefined()
})
