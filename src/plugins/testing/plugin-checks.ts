import assert from 'node:assert/strict'
import { API_VERSION, type JsonObject, type PluginContext, type ProviderAdapter, type RoutingStrategy } from '../api.ts'
import type { AnyPlugin } from '../load.ts'
import { checkOptions } from '../options.ts'
import { secretsIn } from '../secrets.ts'
import type { Check } from './check.ts'
import { type ProviderSample, providerChecks } from './provider-checks.ts'
import { type Quantity, strategyChecks } from './strategy-checks.ts'

interface PluginSample extends Pick<ProviderSample, 'model'> {
  /** As in the YAML file; default: the smallest that the schema allows. */
  readonly options?: JsonObject
  readonly ranksBy?: readonly Quantity[]
  /** Folder that relative paths in options start from; default the working directory. */
  readonly directory?: string
}

const silent = () => {}

/** All checks that fit a plugin. Of stores and observers only the definition and `create` are checked. */
export function pluginChecks(plugin: AnyPlugin, sample: PluginSample = {}): Check[] {
  const { options: given = sampleOptions(plugin.schema), ranksBy = [], directory = process.cwd(), model } = sample
  const context: PluginContext = {
    id: plugin.name,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    directory,
    now: Date.now,
  }
  const place = () => ({})
  const options = (): Promise<JsonObject> =>
    checkOptions(plugin, { id: plugin.name, plugin: plugin.name, options: given, place: {}, placeOf: place })
  const create = async () => plugin.create(await options(), context)
  const definition: Check = {
    name: 'the definition is complete and its schema accepts the options',
    async run() {
      assert.equal(plugin.apiVersion, API_VERSION)
      await options()
    },
  }
  if (plugin.kind === 'strategy')
    return [definition, ...strategyChecks(create as () => Promise<RoutingStrategy>, { ranksBy })]
  if (plugin.kind === 'provider') {
    const secrets = secretsIn(plugin.schema, given)
    return [
      definition,
      ...providerChecks(create as () => Promise<ProviderAdapter>, { secrets, ...(model !== undefined && { model }) }),
    ]
  }
  return [definition]
}

/**
 * Options that a schema should accept: its first example, else its required properties, from `default`, `examples`,
 * `enum` or the type.
 */
export function sampleOptions(schema: JsonObject): JsonObject {
  if (Array.isArray(schema.examples) && schema.examples.length > 0) return schema.examples[0]
  const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonObject>>
  const required = (schema.required ?? []) as readonly string[]
  return Object.fromEntries(required.map((name) => [name, sampleValue(name, properties[name] ?? {})]))
}

function sampleValue(name: string, schema: JsonObject): unknown {
  if ('default' in schema) return schema.default
  const [example] = [schema.examples, schema.enum].find(Array.isArray) ?? []
  if (example !== undefined) return example
  if (schema.type === 'number' || schema.type === 'integer') return schema.minimum ?? 1
  if (schema.type === 'boolean') return true
  if (schema.type === 'array') return []
  if (schema.type === 'object') return sampleOptions(schema)
  return /url/.test(name) ? 'http://127.0.0.1:9/v1' : `sample-${name}-0123456789`
}
