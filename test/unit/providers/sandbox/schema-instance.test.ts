import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { instanceOf } from '../../../../providers/sandbox/schema-instance.ts'

const ajv = new Ajv2020({ strict: false, validateFormats: false })

describe('instanceOf', () => {
  it.each([
    {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' } },
      required: ['city', 'days'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { unit: { enum: ['c', 'f'] }, fixed: { const: 7 }, maybe: { type: ['null', 'number'] } },
      required: ['unit', 'fixed'],
    },
    { type: 'array', items: { type: 'boolean' }, minItems: 3, maxItems: 4 },
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'null' }], items: { type: 'integer' }, minItems: 4 },
    { type: 'string', minLength: 20 },
    { type: 'string', maxLength: 3 },
    { type: 'integer', minimum: 18, maximum: 21 },
    { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    { type: 'integer', exclusiveMaximum: 0, multipleOf: 5 },
    { anyOf: [{ type: 'null' }, { type: 'string' }] },
    {
      allOf: [
        { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
        { properties: { b: { type: 'number' } }, required: ['b'] },
      ],
    },
    {
      $defs: { point: { type: 'object', properties: { x: { type: 'number' } }, required: ['x'] } },
      type: 'array',
      items: { $ref: '#/$defs/point' },
      minItems: 1,
    },
    {
      $defs: {
        node: {
          type: 'object',
          properties: { name: { type: 'string' }, next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
          required: ['name', 'next'],
          additionalProperties: false,
        },
      },
      $ref: '#/$defs/node',
    },
    { type: 'object', properties: { tree: { $ref: '#' }, leaf: { type: 'string' } }, required: ['leaf'] },
    { properties: { implied: { type: 'string' } }, required: ['implied'] },
    {},
  ])('is valid against %j', (schema) => {
    const value = instanceOf(schema)
    expect(ajv.validate(schema, value), `${JSON.stringify(value)}: ${ajv.errorsText()}`).toBe(true)
  })

  it.each([
    undefined,
    null,
    'text',
    [],
    { $ref: '#/nowhere' },
    { $ref: '#' },
    { minItems: 1e9, type: 'array', items: {} },
  ])('ends on %j', (schema) => {
    expect(JSON.stringify(instanceOf(schema))!.length).toBeLessThan(5_000)
  })
})
