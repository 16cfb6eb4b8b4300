import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyFinder, stringLength } from '../../../../src/wire/read/key-finder.ts'

const place = (text: string, name = 'usage'): string => {
  const buffer = Buffer.from(text)
  const at = new KeyFinder(name).value(buffer, 0, buffer.length)
  return at < 0 ? '' : buffer.toString('utf8', at)
}

describe('KeyFinder', () => {
  it('finds keys in any spacing and at any depth, not values', () => {
    expect(place('{"usage":1}')).toBe('1}')
    expect(place('{"a":{"usage" : 2}}')).toBe('2}}')
    expect(place('{"content":"usage","x":"usage"}')).toBe('')
    expect(place('{"content":"usage","usage":null}')).toBe('null}')
    expect(place('{"usages":1,"musage":2}')).toBe('')
  })

  it('never finds one inside a string', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('"usage":', '\\', '"', 'usage', ':', '{', 'é'), { maxLength: 12 }), (parts) => {
        expect(place(JSON.stringify({ content: parts.join('') }))).toBe('')
      }),
    )
  })

  it('skips null, "" and [] when asked for something', () => {
    const buffer = Buffer.from('{"a":{"usage":null},"b":{"usage":[]},"c":{"usage":""},"usage":{"d":1}}')
    const at = new KeyFinder('usage').filled(buffer, 0, buffer.length)
    expect(buffer.toString('utf8', at)).toBe('{"d":1}}')
  })

  it('keeps to the range, over many events of one buffer and over buffers', () => {
    const finder = new KeyFinder('k')
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 10 }), fc.integer({ min: 1, max: 3 }), (present, rounds) => {
        const events = present.map((has) => (has ? '{"k":1}' : '{"j":1}'))
        const buffer = Buffer.from(events.join(''))
        for (let round = 0; round < rounds; round++) {
          expect(events.map((_, i) => finder.value(buffer, i * 7, i * 7 + 7) >= 0)).toEqual(present)
        }
      }),
    )
  })
})

it('stringLength counts characters, escapes as one', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\u0001', 'é', '漢', '\u2028'), maxLength: 30 }), (text) => {
      const buffer = Buffer.from(`${JSON.stringify(text)},"x":1`)
      expect(stringLength(buffer, 0, buffer.length)).toBe(text.length)
    }),
  )
  expect(stringLength(Buffer.from('null'), 0, 4)).toBe(0)
})
