import type { JsonObject, PluginLog, RoutingStrategy } from '../plugins/api.ts'
import { createRegistry } from '../plugins/registry.ts'
import type { NamedStrategy } from './virtual-router.ts'

const silent = () => {}
const QUIET: PluginLog = { debug: silent, info: silent, warn: silent, error: silent }

/**
 * Strategies by built-in name or specifier (a file below `directory` or a package), with options for those that are to
 * have them, else their defaults. A strategy is pure, so one instance serves every run. Throws ROUTER_PLUGIN_*.
 */
export async function loadStrategies(
  names: readonly string[],
  directory: string,
  options: Readonly<Record<string, JsonObject>> = {},
): Promise<NamedStrategy[]> {
  const registry = createRegistry({ directory, log: QUIET })
  const create = async (name: string): Promise<NamedStrategy> => {
    const use = { id: name, plugin: name, options: options[name] ?? {}, place: {}, placeOf: () => ({}) }
    const instance: RoutingStrategy = await registry.create('strategy', use)
    return { name, instance }
  }
  return Promise.all(names.map(create))
}

/**
 * Options for panels: their rounds are hours apart, so that a memory of one hour would know nothing in any of them. The
 * baseline gets all of its latest ten outcomes, which makes it better than it is in use.
 */
export const PANEL_OPTIONS: Readonly<Record<string, JsonObject>> = { 'litellm-latency': { ttl: 1e9 } }
