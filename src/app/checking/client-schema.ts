import { Ajv2020, type Options, type ValidateFunction } from 'ajv/dist/2020.js'
import { BoundedMap } from '../../base/bounded-map.ts'
import { isObject } from '../../base/json/is-object.ts'
import type { JsonObject } from '../../plugins/api.ts'

/** Characters of a schema; answers to larger ones are not checked against them. */
const MAX_LENGTH = 32_000
const KEPT = 100
const MAX_DETAIL = 160
/** Keywords and values of lists that may be looked at for one answer: references can multiply without end. */
const MAX_STEPS = 300_000

/** A keyword of ours, in each schema: how many steps it is. */
const STEPS = 'x-router-steps'
/** The first rule of Ajv for values of all types. */
const FIRST = '$dynamicAnchor'
let stepsLeft = 0

/** Where a schema's keys are names of the client's and no keywords. */
const NAMED: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions', 'dependencies', 'dependentSchemas'])
/** Values as they are meant, and no schemas. */
const LITERAL: ReadonlySet<string> = new Set(['enum', 'const', 'required', 'dependentRequired', 'default', 'examples'])
/**
 * Left out: regular expressions of a client's may take for ever, and what a format is called says little of what it
 * demands. Ids could stand for other schemas. Items that differ would each be compared with all others.
 */
const LEFT_OUT: ReadonlySet<string> = new Set(
  ['pattern', 'format', 'uniqueItems', '$id', 'id', '$schema', '$async', 'examples'].concat(STEPS),
)

const OPTIONS: Options = {
  strict: false,
  validateSchema: false,
  validateFormats: false,
  addUsedSchema: false,
  logger: false,
  // Else what is referred to is written out each time.
  inlineRefs: false,
  // Before whatever multiplies: what follows a keyword that does not fit is not looked at.
  keywords: [{ keyword: STEPS, errors: false, validate: takeSteps, before: FIRST }],
}

const compiled = new BoundedMap<string, { readonly validate: ValidateFunction | undefined }>(KEPT)

/**
 * What is wrong with a value by a client's schema, by place and keyword; undefined for nothing, or when the schema
 * cannot be used: then upstreams have taken it in a way of their own. Throws a RangeError when it takes too long.
 */
export function schemaProblem(schema: JsonObject, value: unknown): string | undefined {
  const text = JSON.stringify(schema)
  if (text.length > MAX_LENGTH) return undefined
  let known = compiled.get(text)
  if (!known) {
    known = { validate: compile(schema) }
    compiled.set(text, known)
  }
  const { validate } = known
  stepsLeft = MAX_STEPS
  if (!validate || validate(value) === true) return undefined
  const { instancePath = '', message = 'does not fit' } = validate.errors?.[0] ?? {}
  return `${instancePath === '' ? 'it' : publicPath(instancePath, text)} ${message}`.slice(0, MAX_DETAIL)
}

/** Keys that only the answer has are content: `*`. */
const publicPath = (path: string, schemaText: string): string =>
  path.replace(/[^/]+/g, (part) => {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    return /^\d{1,6}$/.test(key) || schemaText.includes(`${JSON.stringify(key)}:`) ? part : '*'
  })

function compile(schema: JsonObject): ValidateFunction | undefined {
  try {
    return new Ajv2020(OPTIONS).compile(harmless(schema) as JsonObject)
  } catch {
    // Not a schema, or it refers to another one.
    return undefined
  }
}

function takeSteps(steps: number, value: unknown): true {
  stepsLeft -= steps + (Array.isArray(value) ? value.length : 0)
  if (stepsLeft < 0) throw new RangeError('the schema takes too long to check')
  return true
}

function harmless(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(harmless)
  if (!isObject(node)) return node
  const { patternProperties, additionalProperties, nullable, ...rest } = node
  const kept = Object.entries(rest)
    .filter(([key]) => !LEFT_OUT.has(key))
    .map(([key, value]): [string, unknown] => {
      if (LITERAL.has(key)) return [key, value]
      if (NAMED.has(key) && isObject(value))
        return [key, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, harmless(each)]))]
      return [key, harmless(value)]
    })
  // Without the patterns nobody knows which properties are additional.
  const others = additionalProperties === undefined || patternProperties !== undefined
  const length = kept.reduce((sum, [, value]) => sum + (Array.isArray(value) ? value.length : 0), 0)
  const steps: [string, unknown] = [STEPS, 1 + kept.length + length]
  const all = others ? kept : [...kept, ['additionalProperties', harmless(additionalProperties)]]
  const own = Object.fromEntries([steps, ...all])
  return nullable === true ? { anyOf: [own, { type: 'null' }] } : own
}
