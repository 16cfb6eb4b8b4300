/**
 * Gemini's schemas, a subset of OpenAPI 3.0, as JSON Schema: types in lower case, `nullable` as a type, counts as
 * numbers. https://ai.google.dev/api/caching#Schema
 */
import { isObject } from '../../../untyped.ts'

const COUNTS = ['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']

export function schemaToHub(schema: unknown): unknown {
  if (!isObject(schema)) return schema
  const { nullable, propertyOrdering: _, ...out } = schema
  if (typeof out.type === 'string') out.type = out.type.toLowerCase()
  if (out.type === 'type_unspecified') delete out.type
  if (nullable === true && typeof out.type === 'string') out.type = [out.type, 'null']
  for (const key of COUNTS) if (typeof out[key] === 'string') out[key] = Number(out[key])
  if (isObject(out.properties))
    out.properties = Object.fromEntries(
      Object.entries(out.properties).map(([name, property]) => [name, schemaToHub(property)]),
    )
  if (out.items !== undefined) out.items = schemaToHub(out.items)
  if (Array.isArray(out.anyOf)) out.anyOf = out.anyOf.map(schemaToHub)
  return out
}
