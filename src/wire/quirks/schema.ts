/**
 * Schemas of tools' parameters. Every change keeps what a model may say: what cannot stay a rule goes into the
 * description.
 */
import type { JsonObject, Quirks } from '../../plugins/api.ts'
import { isObject, listOf, objectOf, stringOf } from '../untyped.ts'

const UNIONS = ['anyOf', 'oneOf', 'allOf'] as const

export function adaptSchema(schema: unknown, quirk: NonNullable<Quirks['toolSchemas']>): unknown {
  if (!isObject(schema)) return schema
  const merged = quirk.noTopLevelUnions ? withoutUnions(schema) : schema
  const isPlain = merged.type === undefined || merged.type === 'object'
  return quirk.properties && isPlain && !isObject(merged.properties)
    ? { ...merged, type: 'object', properties: {} }
    : merged
}

/** The branches' properties beside the object's own; what all of `allOf` require stays required. */
function withoutUnions(schema: JsonObject): JsonObject {
  const unions = UNIONS.filter((key) => schema[key] !== undefined)
  if (unions.length === 0) return schema
  const properties: JsonObject = {}
  const required = new Set(listOf(schema.required))
  const rest: JsonObject = { ...schema }
  for (const key of unions) {
    delete rest[key]
    for (const branch of listOf(schema[key])) {
      for (const [name, value] of Object.entries(objectOf(objectOf(branch).properties))) properties[name] ??= value
      if (key === 'allOf') for (const name of listOf(objectOf(branch).required)) required.add(name)
    }
  }
  const moved = unions.map((key) => `${key}: ${JSON.stringify(schema[key])}`)
  return {
    ...rest,
    type: 'object',
    description: [stringOf(schema.description), ...moved].filter(Boolean).join('\n'),
    properties: { ...properties, ...objectOf(schema.properties) },
    ...(required.size > 0 && { required: [...required] }),
  }
}
