import { deserialize, serialize } from 'node:v8'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromColumns, toColumns } from '../../../src/base/columns.ts'

const through = (values: readonly unknown[]) => fromColumns(deserialize(serialize(toColumns(values))))

test('any list comes back as it was', () => {
  const anything = fc.anything({ withMap: true, withTypedArray: true, withBigInt: true, withSparseArray: false })
  fc.assert(
    fc.property(fc.array(anything), (values) => {
      expect(through(values)).toEqual(values)
    }),
  )
})

test('objects that look alike come back with their keys in order, whatever the values are', () => {
  const row = fc.record(
    { a: fc.double(), b: fc.string(), c: fc.array(fc.record({ d: fc.option(fc.integer()) })), e: fc.boolean() },
    { requiredKeys: ['a'] },
  )
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const back = through(rows) as object[]
      expect(back).toEqual(rows)
      expect(back.map((object) => Object.keys(object))).toEqual(rows.map((object) => Object.keys(object)))
    }),
  )
})

test('keys that could be taken for others are left alone', () => {
  const rows = [
    { 'a,b': 1, c: 2 },
    { a: 1, 'b,c': 2 },
    JSON.parse('{"__proto__": {"x": 1}}'),
    {},
    {},
    Object.create(null),
  ]
  const back = through(rows) as object[]
  expect(back).toEqual(rows)
  expect(Object.hasOwn(back[2]!, '__proto__')).toBe(true)
})

test('many rows that look alike take a fraction of the bytes', () => {
  const rows = Array.from({ length: 200 }, (_, i) => ({
    of: 'outcome',
    outcome: { endpoint: `one/model-${i % 3}`, kind: 'ok', totalMs: i, usage: { inputTokens: i, outputTokens: 2 * i } },
  }))
  expect(serialize(toColumns(rows)).length).toBeLessThan(serialize(rows).length / 3)
})
