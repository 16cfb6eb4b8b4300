import type { JsonObject } from './api.ts'

const SHORTEST = 4
const DEEPEST = 20

/** The texts in `options` that the schema marks `writeOnly`, longest first. */
export function secretsIn(schema: JsonObject, options: unknown): string[] {
  const found = new Set<string>()
  collect(schema, options, false, found, DEEPEST)
  return [...found].sort((a, b) => b.length - a.length)
}

/** The text without the secrets. Very short ones stay: taking them out would only garble the text. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => (secret.length < SHORTEST ? rest : rest.replaceAll(secret, '***')), text)
}

function collect(schema: unknown, value: unknown, inSecret: boolean, found: Set<string>, depth: number): void {
  if (depth === 0 || value === undefined || value === null) return
  const rules = isObject(schema) ? schema : {}
  const secret = inSecret || rules.writeOnly === true
  for (const branches of [rules.allOf, rules.anyOf, rules.oneOf]) {
    if (Array.isArray(branches)) for (const branch of branches) collect(branch, value, secret, found, depth - 1)
  }
  if (typeof value !== 'object') {
    if (secret) found.add(String(value))
    return
  }
  const named = isObject(rules.properties) ? rules.properties : {}
  for (const [key, member] of Object.entries(value)) {
    collect(Array.isArray(value) ? rules.items : (named[key] ?? rules.additionalProperties), member, secret, found, depth - 1)
  }
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null
