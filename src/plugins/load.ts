import { registerHooks } from 'node:module'
import { extname } from 'node:path'
import { isObject } from '../base/json/is-object.ts'
import type { Place } from '../config/types.ts'
import { API_VERSION, type Plugin, type PluginContext, type PluginKind } from './api.ts'
import { KINDS } from './built-in.ts'
import { describe, pluginError } from './plugin-error.ts'
import { within } from './within.ts'

/** A plugin whose options are checked by its own schema, so their type is unknown here. */
export interface AnyPlugin extends Omit<Plugin, 'create'> {
  create(options: unknown, context: PluginContext): unknown
}

interface At {
  readonly plugin: string
  readonly place: Place
}

/** `.ts` when run from the sources, `.js` when built. */
const extension = extname(import.meta.url)
const OWN: ReadonlyMap<string, string> = new Map([
  ['commonroute/plugin', new URL(`./api${extension}`, import.meta.url).href],
  ['commonroute/plugin/testing', new URL(`./testing${extension}`, import.meta.url).href],
])

/** Imports a plugin's module and checks its default export. Every way to fail is a RouterError that says what to do. */
export async function loadPlugin(at: At, load: () => Promise<unknown>): Promise<AnyPlugin> {
  // A plugin finds the contract wherever its file lies: when it has no `commonroute` of its own, it gets this one.
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const url = OWN.get(specifier)
      if (url === undefined) return next(specifier, context)
      try {
        return next(specifier, context)
      } catch {
        return { url, shortCircuit: true }
      }
    },
  })
  try {
    const late = (seconds: number) =>
      pluginError('ROUTER_PLUGIN_BROKEN', at, {
        reason: `its import is not done after ${seconds} s`,
        remedy: 'Is there an await that never ends?',
      })
    return checkPlugin(at, await within(load(), late))
  } catch (error) {
    throw importError(at, error)
  } finally {
    hooks.deregister()
  }
}

function importError(at: At, error: unknown): unknown {
  return isPluginError(error) ? error : pluginError('ROUTER_PLUGIN_BROKEN', at, { ...whyNot(error), cause: error })
}

function whyNot(error: unknown): { readonly reason: string; readonly remedy: string } {
  const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(error instanceof Error ? error.message : '')?.[1]
  if (missing !== undefined && /^[./]|^file:/.test(missing)) {
    return { reason: `it imports ${missing}, which does not exist`, remedy: 'Correct the import.' }
  }
  if (missing !== undefined) {
    return {
      reason: `it needs ${missing}, which is not installed`,
      remedy: `Install it where the plugin lies: npm install ${missing}`,
    }
  }
  if (codeOf(error) === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') {
    return {
      reason: 'it is a package of TypeScript files',
      remedy: 'Packages must ship JavaScript; only files of your own may be .ts.',
    }
  }
  if (codeOf(error) === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    return {
      reason: describe(error),
      remedy: 'Node only strips types: avoid enum, namespace and parameter properties.',
    }
  }
  return {
    reason: `its code failed: ${describe(error)}${frameOf(error)}`,
    remedy: 'Correct the plugin, or take it out of the configuration.',
  }
}

function checkPlugin(at: At, module: unknown): AnyPlugin {
  const invalid = (
    reason: string,
    remedy = 'Default-export what defineProvider, defineStrategy, defineStore or defineObserver returns.',
  ) => pluginError('ROUTER_PLUGIN_INVALID', at, { reason, remedy })
  if (!isObject(module) || module.default === undefined) throw invalid('it has no default export')
  const plugin = unwrapCommonJs(module.default)
  if (!isObject(plugin) || !('apiVersion' in plugin)) throw invalid('its default export is not a plugin')
  if (plugin.apiVersion !== API_VERSION) {
    const newer = typeof plugin.apiVersion === 'number' && plugin.apiVersion > API_VERSION
    throw invalid(
      `it is written for version ${String(plugin.apiVersion)} of the plugin API, and this router speaks version ${API_VERSION}`,
      newer
        ? 'Update the router, or install an older version of the plugin.'
        : 'Install a newer version of the plugin.',
    )
  }
  if (!KINDS.includes(plugin.kind as PluginKind)) throw invalid(`its kind is none of ${KINDS.join(', ')}`)
  if (typeof plugin.name !== 'string' || !/^[\w@][\w@./-]{0,99}$/.test(plugin.name))
    throw invalid('it has no usable name', 'Name it like: acme.')
  if (!isObject(plugin.schema) || Array.isArray(plugin.schema))
    throw invalid('its schema is not an object', 'Use {} when it has no options.')
  if (typeof plugin.create !== 'function') throw invalid('it has no function create')
  return plugin as unknown as AnyPlugin
}

/** `module.exports = plugin` arrives as the default; `exports.default = plugin` one level deeper. */
function unwrapCommonJs(value: unknown): unknown {
  return isObject(value) && !('apiVersion' in value) && 'default' in value ? value.default : value
}

/** ` at file:line` of what was thrown, as far as the error says. */
const frameOf = (error: unknown): string => {
  const [, file, line] =
    (error instanceof Error && /(?:file:\/\/|\(|at )(\/[^\s()]+?):(\d+)/.exec(error.stack ?? '')) || []
  return file === undefined ? '' : ` at ${file}:${line}`
}

const isPluginError = (error: unknown): boolean => String(codeOf(error)).startsWith('ROUTER_PLUGIN_')

const codeOf = (error: unknown): unknown => (isObject(error) ? error.code : undefined)
