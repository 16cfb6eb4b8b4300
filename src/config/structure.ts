import type { ErrorObject } from 'ajv'
import { didYouMean, nearestNames } from '../base/nearest.ts'
import { expectation } from './expectation.ts'
import type { Findings } from './findings.ts'
import { parentOf, segmentsOf } from './pointer.ts'
import type { SchemaNode } from './schema/values.ts'
import { configValidator } from './validator.ts'

/**
 * Checks the shape of the file against the schema and fills in defaults. Numbers and booleans from variables become
 * such.
 */
export function checkStructure(root: Record<string, unknown>, findings: Findings): void {
  const validate = configValidator()
  if (validate(root)) return
  let errors = validate.errors ?? []
  // Mapped and not `some`: all of them have to be converted.
  if (errors.map((error) => convert(root, error, findings)).includes(true))
    errors = validate(root) ? [] : (validate.errors ?? [])

  const seen = new Set<string>()
  for (const error of errors) {
    const at = `${error.instancePath} ${error.propertyName ?? error.params.additionalProperty ?? error.params.missingProperty ?? ''}`
    if (error.keyword === 'propertyNames' || seen.has(at) || isMuted(error.instancePath, findings)) continue
    seen.add(at)
    report(error, findings)
  }
}

function report(error: ErrorObject, findings: Findings): void {
  const { instancePath: pointer, params, data, keyword } = error
  const schema = error.parentSchema as SchemaNode
  if (keyword === 'additionalProperties') {
    const key = params.additionalProperty as string
    const known = Object.keys(schema.properties ?? {})
    findings.keyProblem(
      pointer,
      key,
      'This key is not known.',
      didYouMean(key, known) ?? `Known here: ${known.join(', ')}.`,
    )
  } else if (keyword === 'required') {
    const missing = params.missingProperty as string
    const misspelt = Object.keys(data as object).some(
      (key) => !(key in (schema.properties ?? {})) && nearestNames(key, [missing]).length > 0,
    )
    if (!misspelt) findings.problem(pointer, `"${missing}" is missing.`)
  } else if (error.propertyName !== undefined) {
    findings.keyProblem(pointer, error.propertyName, `The name must be ${expectation(schema)}.`)
  } else {
    findings.problem(pointer, `This must be ${expectation(schema)}.`, { value: data, hint: hintFor(schema, data) })
  }
}

function hintFor(schema: SchemaNode, data: unknown): string | undefined {
  const types = [schema.type ?? []].flat()
  if (schema.enum !== undefined && typeof data === 'string') return didYouMean(data, schema.enum.map(String))
  if (typeof data === 'string' && typed(data, types) !== undefined) return 'Remove the quotes.'
  if (
    (typeof data === 'number' || typeof data === 'boolean') &&
    types.includes('string') &&
    !schema.duration &&
    !schema.size
  )
    return 'Put it in quotes.'
  if (typeof data === 'string' && types.includes('array') && !types.includes('string')) return 'Put it in [ ].'
  if (schema.duration) return 'Write it as 500ms, 30s, 5m, 1h or 7d; a plain number is seconds.'
  if (schema.size) return 'Write it as 512kb, 32mb or 1gb; a plain number is bytes.'
  return undefined
}

/** A value that could not be read, or lies inside one. */
function isMuted(pointer: string, findings: Findings): boolean {
  for (let at = pointer; at !== ''; at = parentOf(at)) if (findings.source.broken.has(at)) return true
  return false
}

/** `"8080"` from a variable where a number is wanted: variables have no types of their own. */
function convert(root: Record<string, unknown>, error: ErrorObject, findings: Findings): boolean {
  if (error.keyword !== 'type' || typeof error.data !== 'string' || !findings.source.places.fromEnv(error.instancePath))
    return false
  const value = typed(error.data, [(error.parentSchema as SchemaNode).type ?? []].flat())
  if (value === undefined) return false
  const segments = segmentsOf(error.instancePath)
  const last = segments.pop()!
  const parent = segments.reduce<Record<string, unknown>>((node, key) => node[key] as Record<string, unknown>, root)
  parent[last] = value
  return true
}

function typed(text: string, types: readonly string[]): number | boolean | undefined {
  if ((types.includes('number') || types.includes('integer')) && /^-?[0-9]+(\.[0-9]+)?$/.test(text)) return Number(text)
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  return undefined
}
