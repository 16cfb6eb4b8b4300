import { isObject } from '../shared/is-object.ts'

/**
 * A value that is valid against a simple JSON Schema: types, enums, constants, ranges, lengths, required and optional
 * properties, items, combinations, and references within the document. Patterns and conditions are not followed.
 */
export function instanceOf(schema: unknown): unknown {
  return make(schema, schema, 0)
}

type Schema = Record<string, unknown>

const MAX_DEPTH = 8
/** What a careless `minItems` or `minLength` may cost. */
const MAX_SIZE = 100

const numberOr = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback)

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2025-01-01T00:00:00Z',
  date: '2025-01-01',
  time: '00:00:00Z',
  email: 'simulated@example.com',
  uri: 'https://example.com/simulated',
  uuid: '00000000-0000-4000-8000-000000000000',
}

function make(given: unknown, root: unknown, depth: number): unknown {
  const schema = resolve(given, root)
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[0]
  for (const branches of [schema.anyOf, schema.oneOf]) {
    if (Array.isArray(branches)) return make(shallowest(branches, depth), root, depth)
  }
  switch (typeOf(schema)) {
    case 'object':
      return makeObject(schema, root, depth)
    case 'array':
      return makeArray(schema, root, depth)
    case 'string':
      return makeString(schema)
    case 'integer':
      return makeNumber(schema, 1)
    case 'number':
      return makeNumber(schema, 0)
    case 'boolean':
      return true
    default:
      return null
  }
}

function resolve(given: unknown, root: unknown): Schema {
  let schema = isObject(given) ? given : {}
  for (let hops = 0; typeof schema.$ref === 'string' && hops < MAX_DEPTH; hops++) {
    const path = schema.$ref.replace(/^#\/?/, '').split('/').filter(Boolean)
    const target = path.reduce<unknown>(
      (node, key) => (isObject(node) ? node[decodeURIComponent(key)] : undefined),
      root,
    )
    schema = isObject(target) ? target : {}
  }
  if (!Array.isArray(schema.allOf)) return schema
  const parts = schema.allOf.map((part) => resolve(part, root))
  const properties = Object.assign({}, schema.properties, ...parts.map((part) => part.properties))
  const required = [schema, ...parts].flatMap((part) => (Array.isArray(part.required) ? part.required : []))
  return { ...Object.assign({}, ...parts), ...schema, properties, required, allOf: undefined }
}

/** Deep down, the branch that ends: recursive schemas put `null` or a scalar beside themselves. */
const shallowest = (branches: readonly unknown[], depth: number): unknown =>
  depth < MAX_DEPTH / 2
    ? branches[0]
    : (branches.find((branch) => isObject(branch) && branch.type && branch.type !== 'object') ?? branches[0])

function typeOf(schema: Schema): unknown {
  if (Array.isArray(schema.type)) return schema.type.find((type) => type !== 'null') ?? 'null'
  if (schema.type !== undefined) return schema.type
  if (isObject(schema.properties) && Object.keys(schema.properties).length > 0) return 'object'
  return schema.items ? 'array' : 'string'
}

function makeObject(schema: Schema, root: unknown, depth: number): Schema {
  const required = Array.isArray(schema.required) ? schema.required : []
  const properties = isObject(schema.properties) ? schema.properties : {}
  const wanted =
    depth < MAX_DEPTH / 2 ? Object.keys(properties) : Object.keys(properties).filter((key) => required.includes(key))
  return depth >= MAX_DEPTH
    ? {}
    : Object.fromEntries(wanted.map((key) => [key, make(properties[key], root, depth + 1)]))
}

function makeArray(schema: Schema, root: unknown, depth: number): unknown[] {
  const first = Array.isArray(schema.prefixItems) ? schema.prefixItems : []
  const least = Math.min(
    numberOr(schema.minItems, depth < MAX_DEPTH / 2 ? 1 : 0),
    numberOr(schema.maxItems, MAX_SIZE),
    MAX_SIZE,
  )
  const length = depth >= MAX_DEPTH ? 0 : Math.max(first.length, least)
  return Array.from({ length }, (_, at) => make(first[at] ?? schema.items, root, depth + 1))
}

function makeString(schema: Schema): string {
  const text = FORMATS[String(schema.format)] ?? 'simulated'
  return text
    .padEnd(Math.min(numberOr(schema.minLength, 0), MAX_SIZE), '.')
    .slice(0, numberOr(schema.maxLength, MAX_SIZE))
}

function makeNumber(schema: Schema, whole: 0 | 1): number {
  const step = numberOr(schema.multipleOf, whole)
  const low = numberOr(
    schema.minimum,
    typeof schema.exclusiveMinimum === 'number' ? schema.exclusiveMinimum + (step || 0.5) : Number.NEGATIVE_INFINITY,
  )
  const high = numberOr(
    schema.maximum,
    typeof schema.exclusiveMaximum === 'number' ? schema.exclusiveMaximum - (step || 0.5) : Number.POSITIVE_INFINITY,
  )
  const value = Math.min(Math.max(1, low), high)
  return step > 0 ? (value === high ? Math.floor(value / step) : Math.ceil(value / step)) * step : value
}
