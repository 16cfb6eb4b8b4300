import { expect, it } from 'vitest'
import { schemaProblem } from '../../../../src/app/checking/client-schema.ts'

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })

it.each([
  ['what fits', object({ a: { type: 'integer' } }), { a: 1 }, undefined],
  ['a type', object({ a: { type: 'integer' } }), { a: 'x' }, '/a must be integer'],
  ['a property that is missing', object({}, { required: ['a'] }), {}, "it must have required property 'a'"],
  ['one too many', object({}, { additionalProperties: false }), { b: 1 }, 'it must NOT have additional properties'],
  ['a definition', { $defs: { n: { type: 'null' } }, $ref: '#/$defs/n' }, 1, 'it must be null'],
  [
    'a property that is called like a keyword',
    object({ pattern: { type: 'integer' } }),
    { pattern: 'x' },
    '/pattern must be integer',
  ],
  ["OpenAPI's nullable", object({ a: { type: 'string', nullable: true } }), { a: null }, undefined],
  ['a pattern, which is not looked at', object({ a: { type: 'string', pattern: '^(a+)+$' } }), { a: 'b' }, undefined],
  ['a format, which is not looked at', object({ a: { type: 'string', format: 'date' } }), { a: 'b' }, undefined],
  [
    'properties by pattern, of which nobody knows',
    object({}, { patternProperties: { '^x': { type: 'string' } }, additionalProperties: false }),
    { xy: 1 },
    undefined,
  ],
  ['what depends', { dependencies: { a: ['b'] } }, { a: 1 }, 'it must have property b when property a is present'],
  ['a schema elsewhere', { $ref: 'https://example.com/other.json' }, 1, undefined],
  ['no schema', { type: 17 }, 1, undefined],
  ['an id that is taken', { $id: 'same', type: 'string' }, 'a', undefined],
  ['the same id again', { $id: 'same', type: 'integer' }, 'a', 'it must be integer'],
])('%s', (_, schema, value, problem) => {
  expect(schemaProblem(schema, value)).toBe(problem)
  expect(schemaProblem(schema, value)).toBe(problem)
})

it('leaves out schemas that are too large', () => {
  expect(schemaProblem({ enum: ['x'.repeat(40_000)] }, 'y')).toBeUndefined()
})

it('gives up on schemas that multiply', () => {
  const twice = (name: string) => ({ allOf: [{ $ref: `#/$defs/${name}` }, { $ref: `#/$defs/${name}` }] })
  const chain = Array.from({ length: 40 }, (_, at) => [`d${at}`, twice(`d${at + 1}`)])
  const schema = { $defs: Object.fromEntries([...chain, ['d40', { type: 'object' }]]), $ref: '#/$defs/d0' }
  expect(() => schemaProblem(schema, {})).toThrow(RangeError)
  expect(() => schemaProblem(schema, {})).toThrow(RangeError)
})

it.each(['anyOf', 'oneOf'])('gives up on schemas that multiply and do not fit (%s)', (keyword) => {
  const twice = (name: string) => ({ [keyword]: [{ $ref: `#/$defs/${name}` }, { $ref: `#/$defs/${name}` }] })
  const chain = Array.from({ length: 40 }, (_, at) => [`d${at}`, twice(`d${at + 1}`)])
  const schema = { $defs: Object.fromEntries([...chain, ['d40', { type: 'array' }]]), $ref: '#/$defs/d0' }
  expect(() => schemaProblem(schema, {})).toThrow(RangeError)
})

it('counts what a list may contain, and what any of may be meant', () => {
  const containing = { allOf: Array.from({ length: 500 }, () => ({ not: { contains: { type: 'null' } } })) }
  expect(() =>
    schemaProblem(
      containing,
      Array.from({ length: 20_000 }, () => 1),
    ),
  ).toThrow(RangeError)
  const many = { anyOf: Array.from({ length: 1000 }, () => ({ type: 'null' })) }
  expect(() =>
    schemaProblem(
      { items: { not: many } },
      Array.from({ length: 20_000 }, () => 1),
    ),
  ).toThrow(RangeError)
})

it('does not write a definition out wherever it is referred to', () => {
  const names = Array.from({ length: 300 }, (_, at) => `p${at}`)
  const wide = object(Object.fromEntries(names.map((name) => [name, { type: 'string', minLength: 1 }])))
  const uses = Object.fromEntries(names.map((name) => [name, { $ref: '#/$defs/wide' }]))
  expect(schemaProblem({ $defs: { wide }, ...object(uses) }, { p7: { p1: 1 } })).toBe('/p7/p1 must be string')
})

it('does not compare all items of a list with each other', () => {
  const items = Array.from({ length: 20_000 }, (_, at) => ({ at }))
  expect(schemaProblem({ type: 'array', uniqueItems: true }, [...items, { at: 0 }])).toBeUndefined()
})

it.each([
  [object({}, { additionalProperties: { type: 'number' } }), { 'Jane Doe': 'x' }, '/* must be number'],
  [object({ rows: { items: { type: 'null' } } }), { rows: [1] }, '/rows/0 must be null'],
  [object({ 'a/b': { type: 'null' } }), { 'a/b': 1 }, '/a~1b must be null'],
])('names nothing that only the answer names: %j', (schema, value, problem) => {
  expect(schemaProblem(schema, value)).toBe(problem)
})
