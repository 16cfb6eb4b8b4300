import { describe, expect, test } from 'vitest'
import { kept, redact, withoutSecrets } from '../../../src/base/redact.ts'

const KEY = 'Zq8vX2mN4bL7kJ1hG5fD9sA3pO6iU0yT'
const secrets = [KEY]

describe('redact finds a secret', () => {
  test.each([
    ['as it is', KEY],
    ['in capitals', KEY.toUpperCase()],
    ['with a line break in it', `${KEY.slice(0, 12)}\n  ${KEY.slice(12)}`],
    ['in base64', Buffer.from(KEY).toString('base64')],
    ['in base64 behind other text', Buffer.from(`user:${KEY}`).toString('base64')],
    ['in base64 of addresses', Buffer.from(`a:${KEY}`).toString('base64url')],
    ['with its end masked', `${KEY.slice(0, -3)}***`],
    ['percent-encoded', `${KEY}%20`],
  ])('%s', (_, disguise) => {
    const shown = redact(`The key ${disguise} is wrong`, secrets)
    expect(shown).toContain('[redacted]')
    for (let at = 0; at + 9 <= disguise.length; at++)
      expect(shown.toLowerCase()).not.toContain(disguise.slice(at, at + 9).toLowerCase())
  })

  test('wherever a message is cut', () => {
    for (const around of [500, 4_000, 8_000]) {
      for (let before = around - 40; before <= around; before++) {
        const shown = redact('.'.repeat(before) + KEY, secrets)
        expect(shown).not.toContain(KEY.slice(0, 8))
        expect(shown.length).toBeLessThanOrEqual(500)
      }
    }
  })

  test('many times over, so that what is left is short', () => {
    const shown = redact(`${KEY} `.repeat(1_000), secrets)
    expect(shown).not.toContain(KEY.slice(0, 8))
  })

  test('in what is kept of an id', () => {
    expect(kept(`id-${KEY}`, secrets, 256)).toBe('id-[redacted]')
    expect(kept('x'.repeat(1_000), secrets, 64)).toBe('x'.repeat(64))
    expect(kept('chatcmpl-key_abcdefgh', secrets, 64)).toBe('chatcmpl-key_abcdefgh')
  })
})

describe('what is no secret stays', () => {
  test.each([
    ['a word that begins like one', 'Zq8v is a word'],
    ['nothing', ''],
    ['a short placeholder in capitals', 'EMPTY messages are empty'],
  ])('%s', (_, text) => {
    expect(withoutSecrets(text, [...secrets, 'none', 'EMPT1'])).toBe(text)
  })

  test('short secrets are found as they are', () => {
    expect(withoutSecrets('token abcdef and abcd, id ab', ['abcdef', 'abcd', 'ab'])).toBe(
      'token [redacted] and [redacted], id ab',
    )
  })
})

test('redact hides what looks like a credential of anybody', () => {
  expect(redact('GET https://svc:hunter2@10.0.0.1/v1?key=abc123&q=1 failed', [])).toBe(
    'GET https://svc:[redacted]@10.0.0.1/v1?key=[redacted]&q=1 failed',
  )
  expect(redact('Incorrect key sk-proj-abcdefgh', [])).toBe('Incorrect key [redacted]')
})

test('secrets of any characters are found', () => {
  const odd = String.raw`p+a/s\s.(w)*o[r]d$^{1}|?-_`
  for (const text of [odd, odd.toUpperCase(), encodeURIComponent(odd), Buffer.from(odd).toString('base64url')]) {
    // The last two bytes of base64 depend on what comes after, and say little.
    expect(withoutSecrets(`with ${text} in it`, [odd]), text).toMatch(/^with \[redacted\]\S{0,4} in it$/)
  }
})
