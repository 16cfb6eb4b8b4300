import { describe, expect, it } from 'vitest'
import { withoutLongTexts } from '../../../src/wire/without-long-texts.ts'

const LONG = 'abcdefgh'.repeat(4096)
const shown = (text: string) => withoutLongTexts(Buffer.from(text))

describe('JSON without its long texts', () => {
  it('leaves out what is long, and keeps all that is outside of strings', () => {
    const text = JSON.stringify({ a: LONG, n: 1.5, list: [LONG, LONG, 1e21], z: 'short' })
    expect(shown(text)).toBe('{"a":"","n":1.5,"list":["","",1e+21],"z":"short"}')
  })

  it('keeps the ends of a text with quotes in it', () => {
    expect(shown(JSON.stringify([`x "${LONG}" y`, 12]))).toBe('["x \\"" y",12]')
  })

  it.each([
    ['numbers', JSON.stringify({ list: Array.from({ length: 9000 }, (_, i) => i / 7), text: LONG })],
    ['white space', `{"a":1,${' '.repeat(20_000)}"n": 12345678901234567890, "text": "${LONG}"}`],
    ['numbers behind a text', `["${LONG}"${',1.0'.repeat(9000)},"${LONG}",1e400]`],
  ])('keeps long stretches of %s', (_what, text) => {
    expect(shown(text)).toBe(text.replaceAll(LONG, ''))
  })

  it('gives small bodies as they are', () => {
    expect(shown('{"a":"b"}')).toBe('{"a":"b"}')
    expect(shown('')).toBe('')
  })
})
