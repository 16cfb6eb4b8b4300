import type { ErrorObject, ValidateFunction } from 'ajv'
import { didYouMean } from '../base/nearest.ts'
import { expectation } from '../config/expectation.ts'
import type { SchemaNode } from '../config/schema/values.ts'
import type { PluginUse, Problem } from '../config/types.ts'
import type { JsonObject } from './api.ts'
import { builtIn } from './built-in.ts'
import type { AnyPlugin } from './load.ts'
import { describe, pluginError, where } from './plugin-error.ts'
import { PREBUILT } from './prebuilt.ts'

const compiled = new WeakMap<JsonObject, ValidateFunction>()

/**
 * The options as the plugin gets them: a copy, checked against its schema, with defaults filled in. Text from `${ENV}`
 * becomes a number or a boolean where the schema wants one; an option left empty counts as not given. Throws
 * ROUTER_PLUGIN_OPTIONS with every problem at its line (`extra.problems`), or ROUTER_PLUGIN_INVALID when the schema
 * itself is wrong.
 */
export async function checkOptions(plugin: AnyPlugin, use: PluginUse): Promise<JsonObject> {
  const validate = await validatorOf(plugin, use)
  const options = structuredClone(use.options) as JsonObject
  for (const [name, value] of Object.entries(options)) if (value === null) delete options[name]
  if (validate(options) || (convertText(options, validate.errors ?? []) && validate(options))) return options
  const problems = (validate.errors ?? [])
    .filter((error) => error.keyword !== 'if')
    .map((error) => problemOf(error, use))
  const reason = problems
    .map(
      ({ path, message, hint, ...place }) =>
        `${path && `${path} `}${message}${where(place)}${hint === undefined ? '' : `. ${hint}`}`,
    )
    .join('; ')
  throw pluginError('ROUTER_PLUGIN_OPTIONS', use, { reason, extra: { problems } })
}

async function validatorOf({ kind, name, schema: whole }: AnyPlugin, use: PluginUse): Promise<ValidateFunction> {
  const known = compiled.get(whole)
  if (known) return known
  // Without its $id: two plugins may have the same one, and ajv keeps every one it has seen.
  const { $id, ...schema } = whole
  const validate =
    PREBUILT.get(JSON.stringify(schema)) ?? (await compile(schema, builtIn(kind, name) !== undefined, use))
  compiled.set(whole, validate)
  return validate
}

async function compile(schema: JsonObject, own: boolean, use: PluginUse): Promise<ValidateFunction> {
  // Takes time to load, and is not needed for what a build has compiled.
  const { optionsAjv } = await import('./options-ajv.ts')
  try {
    return optionsAjv(own).compile(schema)
  } catch (error) {
    throw pluginError('ROUTER_PLUGIN_INVALID', use, {
      reason: `its schema is not valid JSON Schema 2020-12: ${describe(error)}`,
      remedy: 'This is a fault of the plugin: tell its author, or use another version.',
      cause: error,
    })
  }
}

/** Turns text into numbers and booleans where that is what was missing. True when anything was turned. */
function convertText(options: JsonObject, errors: readonly ErrorObject[]): boolean {
  let turned = false
  for (const { keyword, instancePath, data, parentSchema } of errors) {
    if (keyword !== 'type' || typeof data !== 'string') continue
    const value = fromText(data, [parentSchema?.type].flat())
    const path = segments(instancePath)
    const parent = path.slice(0, -1).reduce<unknown>((node, key) => (node as JsonObject | undefined)?.[key], options) as
      | JsonObject
      | undefined
    const key = path.at(-1)
    if (value === undefined || parent === undefined || key === undefined) continue
    parent[key] = value
    turned = true
  }
  return turned
}

function fromText(text: string, types: readonly unknown[]): number | boolean | undefined {
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  const isNumber = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)
  return isNumber && (types.includes('number') || types.includes('integer')) ? Number(text) : undefined
}

/** Rules that the schema itself says in better words than its checker. */
const WORDED = new Set(['type', 'pattern', 'minimum', 'maximum', 'minLength', 'minItems', 'minProperties'])

/** Says what is wanted, never what was given: any option may hold a secret. */
function problemOf({ keyword, instancePath, params, message, parentSchema }: ErrorObject, use: PluginUse): Problem {
  const path = segments(instancePath).join('.')
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`)
  const pointer = (key: string): string => `${instancePath}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
  if (keyword === 'required') {
    return { path: below(params.missingProperty), message: 'is missing', ...use.placeOf(instancePath) }
  }
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') {
    const name: string = params.additionalProperty ?? params.unevaluatedProperty
    const known = Object.keys(parentSchema?.properties ?? {})
    const hint = didYouMean(name, known) ?? `Known: ${known.join(', ')}`
    return { path: below(name), message: 'is not an option', hint, ...use.placeOf(pointer(name)) }
  }
  if (keyword === 'enum')
    return { path, message: `must be one of ${params.allowedValues.join(', ')}`, ...use.placeOf(instancePath) }
  const wanted =
    keyword === 'pattern' && parentSchema?.expects === undefined
      ? message
      : `must be ${expectation(parentSchema as SchemaNode)}`
  return {
    path,
    message: WORDED.has(keyword) ? wanted! : (message ?? `breaks the rule ${keyword}`),
    ...use.placeOf(instancePath),
  }
}

const segments = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
