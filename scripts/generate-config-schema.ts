/** Makes docs/config.schema.json, the configuration's JSON Schema for editors: npm run docs. */
import { configSchema } from '../src/config/schema/index.ts'
import type { SchemaNode } from '../src/config/schema/values.ts'

type Schema = { [key: string]: unknown }

/** In place of any scalar, before the environment is put in. */
const VARIABLE: Schema = { type: 'string', pattern: '\\$\\{' }

/** Annotations of the router's own, which no other validator knows. */
const OWN: ReadonlySet<string> = new Set(['expects', 'duration', 'size'])

/**
 * The text of docs/config.schema.json: the schema that the router checks with, and `${NAME}` wherever a scalar may
 * stand.
 */
export function editorSchema(): string {
  const { $schema, description, ...rest } = configSchema
  const schema = { $schema, title: 'Commonroute', description, ...(nodeOf(rest) as Schema) }
  return `${JSON.stringify(schema, undefined, 2)}\n`
}

function nodeOf(node: SchemaNode): unknown {
  const own: Schema = {}
  for (const [key, value] of Object.entries(node)) {
    if (OWN.has(key)) continue
    if (key === 'properties' || key === 'patternProperties') own[key] = mapped(value as Record<string, SchemaNode>)
    else if (key === 'items' || key === 'additionalProperties' || key === 'not' || key === 'propertyNames') {
      own[key] = typeof value === 'object' ? nodeOf(value as SchemaNode) : value
    } else own[key] = value
  }
  return isConstrainedScalar(node) ? withVariable(own) : own
}

const mapped = (nodes: Record<string, SchemaNode>): Schema =>
  Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, nodeOf(node)]))

/** A text may be anything unless it says otherwise; a section has no variable in its place. */
function isConstrainedScalar({ type, enum: choices, pattern, const: only }: SchemaNode): boolean {
  const types = typeof type === 'string' ? [type] : (type ?? [])
  if (types.length === 0 || types.includes('object') || types.includes('array')) return false
  return !types.includes('string') || choices !== undefined || pattern !== undefined || only !== undefined
}

/** What an editor shows beside a key stays beside it. */
function withVariable({ description, default: byDefault, ...constraints }: Schema): Schema {
  return {
    ...(description !== undefined && { description }),
    ...(byDefault !== undefined && { default: byDefault }),
    anyOf: [constraints, VARIABLE],
  }
}
