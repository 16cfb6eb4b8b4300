import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editBody } from '../../../../src/base/json/edit-body.ts'
import { runs } from '../../../helpers/properties.ts'

const edit = (text: string, edits: Parameters<typeof editBody>[1]): string =>
  editBody(Buffer.from(text), edits).toString()

/** White space between tokens, escaped characters at random, and any value: the same object, spelled in another way. */
const space = fc.constantFrom('', ' ', '\n', '\t', '\r\n  ')
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[\\"{}[\],: ]{0,80}$/),
  fc.string({ unit: fc.constantFrom('"', '\\', 'é', '漢', '😀', 'a', '\u2028'), maxLength: 120 }),
)
// No backslash in a key: the oracle would lie. V8 13.6 takes the key "\\u0061" for "\\" once it has seen an object of
// that shape.
const plainKey = nasty.map((text) => text.replaceAll('\\', '/'))
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    nasty,
    fc.double(),
    fc.integer(),
    fc.constantFrom(null, true, false),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('any'), { maxLength: 4 }),
  map: fc.dictionary(plainKey, tie('any'), { maxKeys: 4 }),
})).any
const key = fc.oneof(
  fc.constantFrom('model', 'usage', 'provider', 'a', '', 'é', 'quo"te', '__proto__', 'constructor'),
  plainKey,
)
const member = fc.record({ key, value, escaped: fc.boolean(), space: fc.array(space, { minLength: 4, maxLength: 4 }) })

const spell = (text: string, escaped: boolean): string =>
  escaped
    ? `"${[...Array(text.length).keys()].map((i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`
    : JSON.stringify(text)

interface Member {
  key: string
  value: unknown
  escaped: boolean
  space: string[]
}
const bytesOf = (m: Member): string => `${spell(m.key, m.escaped)}${m.space[1]}:${m.space[2]}${JSON.stringify(m.value)}`
const write = (members: Member[]): string =>
  `{${members.map((m) => `${m.space[0]}${bytesOf(m)}${m.space[3]}`).join(',')}}`

describe('editBody', () => {
  it('reads an escaped key with a backslash in it', () => {
    expect(edit('{"back\\\\slash":1,"b":2}', { remove: ['back\\slash'] })).toBe('{"b":2}')
  })

  it('equals the edit done on the parsed object', () => {
    fc.assert(
      fc.property(
        fc.array(member, { maxLength: 6 }),
        fc.array(key, { maxLength: 4 }),
        fc.array(fc.tuple(key, value), { maxLength: 3 }),
        (members, remove, set) => {
          const text = write(members)
          // Parsed from text, so that `__proto__` is an own key.
          const expected = new Map(Object.entries(JSON.parse(text) as object))
          const setting = JSON.parse(
            write(set.map(([k, v]) => ({ key: k, value: v, escaped: false, space: ['', '', '', ''] }))),
          ) as object
          for (const name of remove) expected.delete(name)
          for (const [name, v] of Object.entries(setting)) expected.set(name, v)
          const result = edit(text, { set: setting as Record<string, unknown>, remove })
          expect(new Map(Object.entries(JSON.parse(result) as object))).toEqual(expected)
        },
      ),
      { numRuns: runs(1500) },
    )
  })

  it('keeps the bytes of every member that is not named', () => {
    fc.assert(
      fc.property(fc.array(member, { maxLength: 6 }), (members) => {
        const others = members.filter((m) => m.key !== 'model' && m.key !== 'usage')
        const result = edit(write(members), { set: { model: 'x/y' }, remove: ['usage'] })
        let at = 0
        for (const m of others) {
          const bytes = bytesOf(m)
          const place = result.indexOf(bytes, at)
          expect(place).toBeGreaterThanOrEqual(at)
          at = place + bytes.length
        }
      }),
      { numRuns: runs(500) },
    )
  })

  it('gives the same Buffer when there is nothing to do', () => {
    const raw = Buffer.from('{"model": "m", "n": 12345678901234567890}')
    expect(editBody(raw, {})).toBe(raw)
    expect(editBody(raw, { remove: ['usage'] })).toBe(raw)
    expect(editBody(raw, { set: { model: 'm' } })).toBe(raw)
  })

  it('keeps key order, white space and big integers', () => {
    expect(edit(' { "seed": 12345678901234567890,\n  "model" : "a", "x":1.50 } \n', { set: { model: 'b' } })).toBe(
      ' { "seed": 12345678901234567890,\n  "model" : "b", "x":1.50 } \n',
    )
  })

  it('edits every duplicate and every spelling of a key', () => {
    expect(edit('{"model":"a","mod\\u0065l":"b"}', { set: { model: 'c' } })).toBe('{"model":"c","mod\\u0065l":"c"}')
    expect(edit('{"usage":1,"a":2,"us\\u0061ge":3}', { remove: ['usage'] })).toBe('{"a":2}')
  })

  it('cuts one comma, wherever the member stands', () => {
    expect(edit('{"a":1,"b":2,"c":3}', { remove: ['a'] })).toBe('{"b":2,"c":3}')
    expect(edit('{"a":1,"b":2,"c":3}', { remove: ['b'] })).toBe('{"a":1,"c":3}')
    expect(edit('{"a":1,"b":2,"c":3}', { remove: ['c'] })).toBe('{"a":1,"b":2}')
    expect(edit('{"a":1,"b":2,"c":3}', { remove: ['a', 'b', 'c'] })).toBe('{}')
    expect(edit('{"a":1,"b":2}', { remove: ['a', 'b'], set: { c: 3 } })).toBe('{"c":3}')
  })

  it('appends to an empty object and behind the last member', () => {
    expect(edit('{ }', { set: { a: 1, b: [2] } })).toBe('{ "a":1,"b":[2]}')
    expect(edit('{"z":0\n}', { set: { a: 1 } })).toBe('{"z":0,"a":1\n}')
  })

  it('leaves keys of inner objects alone', () => {
    expect(edit('{"a":{"model":1},"b":[{"usage":2}]}', { remove: ['usage', 'model'] })).toBe(
      '{"a":{"model":1},"b":[{"usage":2}]}',
    )
  })

  it('removes a key set to undefined, as JSON would', () => {
    expect(edit('{"a":1,"b":2}', { set: { a: undefined } })).toBe('{"b":2}')
  })

  it('refuses what is not an object', () => {
    for (const text of ['[1]', '', '"x"', '{"a":1', '{"a"', '{"a":"x', '{a:1}', '{"a":}', '{"a":[1', '{"a" 1}']) {
      expect(() => edit(text, { set: { a: 2 } }), text).toThrow(expect.objectContaining({ code: 'ROUTER_BAD_JSON' }))
    }
  })

  it('skips long strings with runs of backslashes and quotes', () => {
    const long = '\\"'.repeat(100_000)
    const raw = JSON.stringify({ long, usage: 1, tail: '\\' })
    expect(edit(raw, { remove: ['usage'] })).toBe(JSON.stringify({ long, tail: '\\' }))
  })
})
