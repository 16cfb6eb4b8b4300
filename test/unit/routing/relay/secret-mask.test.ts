import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SecretMask } from '../../../../src/routing/relay/secret-mask.ts'

const SECRETS = ['sk-secret-one', 'other-sesecret']

function masked(chunks: readonly Buffer[]): string {
  const mask = new SecretMask(SECRETS)
  const out = chunks.map((chunk) => mask.push(chunk))
  return Buffer.concat([...out, mask.end() ?? Buffer.alloc(0)]).toString('latin1')
}

test('whatever the pieces, secrets are blotted out and all else stays, at the same length', () => {
  const text = fc.array(fc.constantFrom(...SECRETS, 'sk-secret', 'sk-', 'se', 's', 'other-', ' ', 'é'), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(text, fc.array(fc.nat(40), { maxLength: 8 }), (parts, cuts) => {
      const bytes = Buffer.from(parts.join(''), 'latin1')
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
      const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end))
      const expected = SECRETS.reduce(
        (left, secret) => left.replaceAll(secret, '*'.repeat(secret.length)),
        bytes.toString('latin1'),
      )
      expect(masked(chunks)).toBe(expected)
    }),
  )
})

test('bytes without a secret are the same, and nothing of them waits', () => {
  const chunk = Buffer.from('data: hello\n\n')
  expect(new SecretMask(SECRETS).push(chunk)).toBe(chunk)
})

test('what is short is no secret', () => {
  expect(new SecretMask(['x']).push(Buffer.from('xyz')).toString()).toBe('xyz')
})
