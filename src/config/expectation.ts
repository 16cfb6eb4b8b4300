import type { SchemaNode } from './schema/values.ts'

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
}

/** What the schema wants, to be read after "must be": `a whole number from 1 to 20`. */
export function expectation(schema: SchemaNode): string {
  if (schema.expects !== undefined) return schema.expects
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`
  if (schema.items?.enum !== undefined) return `a list of ${schema.items.enum.join(', ')}`
  const types = [schema.type ?? []].flat()
  const name = types.map((type) => NAMES[type] ?? type).join(' or ') || 'something else'
  return `${name}${bounds(schema)}`
}

function bounds({ type, minimum, maximum, minLength, minItems, minProperties }: SchemaNode): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`
  if (minimum !== undefined) return `, ${minimum} or more`
  if (maximum !== undefined) return `, ${maximum} or less`
  if (type === 'string' && minLength === 1) return ' that is not empty'
  if (type === 'string' && minLength !== undefined) return ` of ${minLength} characters or more`
  if (minItems === 1 || minProperties === 1) return ' with at least one entry'
  return ''
}
