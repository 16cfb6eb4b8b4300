import { readdirSync, statSync } from 'node:fs'
import { createRequire, isBuiltin, registerHooks } from 'node:module'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { nearestNames } from '../base/nearest.ts'
import type { Place } from '../config/types.ts'
import { describe, pluginError } from './plugin-error.ts'

/** True for `./x`, `../x` and absolute paths: a file of the user's, not a package. */
const isFile = (specifier: string): boolean => /^\.{1,2}(?:[\\/]|$)/.test(specifier) || isAbsolute(specifier)

/**
 * The URL of a plugin's module. Files are relative to `directory`; anything else is a package, looked up from there as
 * Node looks up what a module imports. Undefined when there is no such package.
 */
export function resolveSpecifier(specifier: string, directory: string, place: Place): string | undefined {
  return isFile(specifier) ? resolveFile(specifier, directory, place) : resolvePackage(specifier, directory, place)
}

function resolveFile(specifier: string, directory: string, place: Place): string {
  const path = resolve(directory, specifier)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isFile()) return pathToFileURL(path).href
  const at = { plugin: specifier, place }
  if (stat?.isDirectory()) {
    throw pluginError('ROUTER_PLUGIN_NOT_FOUND', at, {
      remedy: `${path} is a folder: name the file, e.g. ${join(specifier, 'index.js')}.`,
    })
  }
  const near = nearestNames(basename(path), filesIn(dirname(path)), 1)[0]
  const hint =
    near === undefined
      ? ''
      : ` Did you mean ${specifier.slice(0, specifier.length - basename(specifier).length)}${near}?`
  throw pluginError('ROUTER_PLUGIN_NOT_FOUND', at, {
    remedy: `There is no file ${path}; paths are relative to the config file.${hint}`,
  })
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function resolvePackage(specifier: string, directory: string, place: Place): string | undefined {
  if (isBuiltin(specifier)) return undefined
  // `require.resolve` alone fails on packages that export only `import`: the hook gives it the conditions of an import.
  const hooks = registerHooks({
    resolve: (wanted, context, next) =>
      next(wanted, {
        ...context,
        conditions: [...context.conditions.filter((condition) => condition !== 'require'), 'import'],
      }),
  })
  try {
    return pathToFileURL(createRequire(join(directory, 'config.yaml')).resolve(specifier)).href
  } catch (error) {
    if (isAbsent(error, specifier)) return undefined
    throw pluginError(
      'ROUTER_PLUGIN_BROKEN',
      { plugin: specifier, place },
      {
        reason: `the package is installed, but its package.json leads to no module: ${describe(error)}`,
        remedy: 'Reinstall it, or name the module to load, e.g. package/module.',
        cause: error,
      },
    )
  } finally {
    hooks.deregister()
  }
}

const isAbsent = (error: unknown, specifier: string): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND') &&
  error.message.startsWith(`Cannot find module '${specifier}'`)
