import { RouterError } from '../../base/errors.ts'
import { findConfig } from '../../config/find.ts'
import { loadConfig } from '../../config/load.ts'
import type { Config, PluginUse } from '../../config/types.ts'
import type { RoutingStrategy } from '../../plugins/api.ts'
import { BUILT_IN } from '../../plugins/built-in.ts'
import { createRegistry } from '../../plugins/registry.ts'
import type { LogStrategy } from '../../replay/log/evaluate-log.ts'
import { loadStrategies } from '../../replay/strategies.ts'
import { commandLog } from '../log.ts'

/** A strategy to evaluate, and the places in the configuration that its options come from; none for defaults. */
export interface ConfiguredStrategy extends LogStrategy {
  readonly optionsFrom: readonly string[]
}

/**
 * The operator's configuration, where there is one: `--config`, ROUTER_CONFIG or ./config.yaml. One that was not asked
 * for by the flag and cannot be used (its variables may be set on the server only) is left out, and `unusable` says
 * why.
 */
export function operatorsConfig(flag: string | undefined): { readonly config?: Config; readonly unusable?: string } {
  const path = findConfig({ flag })
  if (path === undefined) return {}
  try {
    return { config: loadConfig(path) }
  } catch (error) {
    if (flag !== undefined || !(error instanceof RouterError)) throw error
    return { unusable: path }
  }
}

/**
 * Strategies by name, with the options of `routing.strategy`, and for a model of its own `strategy`, where the
 * configuration names them there; else with their defaults. Throws ROUTER_PLUGIN_*.
 */
export async function configuredStrategies(
  names: readonly string[],
  config: Config | undefined,
): Promise<ConfiguredStrategy[]> {
  if (!config) return (await loadStrategies(names, process.cwd())).map((strategy) => ({ ...strategy, optionsFrom: [] }))
  const registry = createRegistry({ directory: config.source.directory, log: commandLog(), readOnly: true })
  const models = [...config.models.values()].filter(({ strategy }) => strategy && names.includes(strategy.plugin))
  const own = [config.routing.strategy, ...models.map(({ strategy }) => strategy!)]
  if (own.some(({ plugin }) => names.includes(plugin) && !(plugin in BUILT_IN.strategy)))
    await registry.load(config.plugins)
  const create = (use: PluginUse): Promise<RoutingStrategy> => registry.create('strategy', use)
  return Promise.all(
    names.map(async (name): Promise<ConfiguredStrategy> => {
      const common = config.routing.strategy.plugin === name ? config.routing.strategy : undefined
      const mine = models.filter(({ strategy }) => strategy!.plugin === name)
      const byModel = new Map<string, RoutingStrategy>()
      for (const { name: model, strategy } of mine) byModel.set(model, await create(strategy!))
      const instance = common ? await create(common) : (await loadStrategies([name], process.cwd()))[0]!.instance
      const optionsFrom = [
        ...(common ? ['routing.strategy'] : []),
        ...mine.map((model) => `models.${model.name}.strategy`),
      ]
      return { name, instance, byModel, optionsFrom }
    }),
  )
}
