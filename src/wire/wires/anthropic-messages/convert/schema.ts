/**
 * JSON schemas between the two makers' structured outputs. Source: Anthropic's page on structured outputs, "JSON Schema
 * limitations"; OpenAI's guide on structured outputs, "supported schemas".
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { isObject, listOf, objectOf, stringOf } from '../../../untyped.ts'

/** Constraints that Anthropic refuses. */
const REFUSED = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
  'uniqueItems',
]
const LISTS = ['anyOf', 'allOf', 'prefixItems']
const MAPS = ['properties', '$defs', 'definitions']

/**
 * `schema` as Anthropic takes it: objects closed, `oneOf` as `anyOf`, refused constraints told to the model in the
 * description instead.
 */
export function schemaFromHub(schema: JsonObject): JsonObject {
  const { oneOf, ...rest } = schema
  const out: JsonObject = oneOf === undefined ? rest : { ...rest, anyOf: oneOf }
  const moved: string[] = []
  for (const key of REFUSED) {
    if (out[key] === undefined) continue
    moved.push(`${key}: ${JSON.stringify(out[key])}`)
    delete out[key]
  }
  if (typeof out.minItems === 'number' && out.minItems > 1) {
    moved.push(`minItems: ${out.minItems}`)
    delete out.minItems
  }
  if (moved.length > 0) out.description = [stringOf(out.description), moved.join(', ')].filter(Boolean).join('\n')
  for (const key of LISTS)
    if (Array.isArray(out[key])) out[key] = out[key].map((entry) => (isObject(entry) ? schemaFromHub(entry) : entry))
  for (const key of MAPS) {
    const entries = out[key]
    if (isObject(entries)) out[key] = mapValues(entries, (entry) => (isObject(entry) ? schemaFromHub(entry) : entry))
  }
  if (isObject(out.items)) out.items = schemaFromHub(out.items)
  if (out.type === 'object' || isObject(out.properties)) out.additionalProperties = false
  return out
}

/**
 * Whether OpenAI's strict mode takes the schema: every object closed, and all its properties required. Otherwise it
 * answers 400.
 */
export function fitsStrict(schema: unknown): boolean {
  if (!isObject(schema)) return true
  if (schema.type === 'object' || isObject(schema.properties)) {
    const required = new Set(listOf(schema.required))
    if (
      schema.additionalProperties !== false ||
      !Object.keys(objectOf(schema.properties)).every((key) => required.has(key))
    )
      return false
  }
  const below = [
    schema.items,
    ...LISTS.flatMap((key) => listOf(schema[key])),
    ...MAPS.flatMap((key) => Object.values(objectOf(schema[key]))),
  ]
  return below.every(fitsStrict)
}

const mapValues = (map: JsonObject, change: (value: unknown) => unknown): JsonObject =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]))
