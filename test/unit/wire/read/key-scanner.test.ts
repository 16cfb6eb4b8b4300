import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyScanner, stringLength } from '../../../../src/wire/read/key-scanner.ts'

const filled = (text: string, name = 'usage'): string => {
  const buffer = Buffer.from(text)
  const scanner = new KeyScanner(['other', name])
  scanner.scan(buffer, 0, buffer.length)
  return scanner.filled(1) < 0 ? '' : buffer.toString('utf8', scanner.filled(1))
}

describe('KeyScanner', () => {
  it('finds keys in any spacing and at any depth, not values', () => {
    expect(filled('{"usage":1}')).toBe('1}')
    expect(filled('{"a":{"usage" : 2}}')).toBe('2}}')
    expect(filled('{"content":"usage","x":"usage"}')).toBe('')
    expect(filled('{"content":"usage","usage":true}')).toBe('true}')
    expect(filled('{"usages":1,"musage":2}')).toBe('')
  })

  it('never finds one inside a string', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('"usage":', '\\', '"', 'usage', ':', '{', 'é'), { maxLength: 12 }),
        (parts) => {
          expect(filled(JSON.stringify({ content: parts.join('') }))).toBe('')
        },
      ),
    )
  })

  it('takes the first that is not null, "" or [], and knows of nulls', () => {
    const buffer = Buffer.from('{"a":{"usage":null},"b":{"usage":[]},"c":{"usage":""},"usage":{"d":1},"e":{"usage":2}}')
    const scanner = new KeyScanner(['usage', 'd'])
    scanner.scan(buffer, 0, buffer.length)
    expect(buffer.toString('utf8', scanner.filled(0))).toBe('{"d":1},"e":{"usage":2}}')
    expect([scanner.isNull(0), scanner.isNull(1)]).toEqual([true, false])
  })

  it('keeps to the range and forgets the last one', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 10 }), (present) => {
        const buffer = Buffer.from(present.map((has) => (has ? '{"k":1}' : '{"j":1}')).join(''))
        const scanner = new KeyScanner(['k'])
        const found = present.map((_, i) => {
          scanner.scan(buffer, i * 7, i * 7 + 7)
          return scanner.filled(0) >= 0
        })
        expect(found).toEqual(present)
      }),
    )
  })
})

it('stringLength counts characters, escapes as one', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\u0001', 'é', '漢', '\u2028'), maxLength: 30 }),
      (text) => {
        const buffer = Buffer.from(`${JSON.stringify(text)},"x":1`)
        expect(stringLength(buffer, 0, buffer.length)).toBe(text.length)
      },
    ),
  )
  expect(stringLength(Buffer.from('null'), 0, 4)).toBe(0)
})
