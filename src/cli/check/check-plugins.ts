import { RouterError } from '../../base/errors.ts'
import type { CheckResult } from '../../config/load.ts'
import type { Config, PluginUse, Problem } from '../../config/types.ts'
import type { PluginKind } from '../../plugins/api.ts'
import { PluginRegistry } from '../../plugins/registry.ts'
import { commandLog } from '../log.ts'

/**
 * Every plugin that cannot be loaded and every option that its plugin does not accept. Creates nothing and asks nobody.
 */
export async function checkPlugins(config: Config): Promise<Problem[]> {
  const registry = new PluginRegistry({ directory: config.source.directory, log: commandLog() })
  const problems = await checkModules(registry, config.plugins)
  for (const { path, kind, use } of usesOf(config)) {
    await collect(problems, { path, place: use.place }, () => registry.options(kind, use))
  }
  return problems
}

async function checkModules(registry: PluginRegistry, modules: Config['plugins']): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const [index, plugin] of modules.entries()) {
    const { place } = plugin
    await collect(problems, { path: `plugins[${index}]`, place }, () => registry.load([plugin]))
  }
  return problems
}

interface Use {
  readonly path: string
  readonly kind: PluginKind
  readonly use: PluginUse
}

/** As `checkPlugins`, for a file that is wrong elsewhere: as far as it says what it uses. */
export async function checkPartial(
  directory: string,
  { modules, uses }: NonNullable<CheckResult['partial']>,
): Promise<Problem[]> {
  const registry = new PluginRegistry({ directory, log: commandLog() })
  const problems = await checkModules(registry, modules)
  for (const { path, kind, use, complete } of uses) {
    await collect(problems, { path, place: use.place }, () =>
      complete ? registry.options(kind, use) : registry.find(kind, use),
    )
  }
  return problems
}

/** Everywhere that a configuration uses a plugin, with the path of the place in the file. */
export function usesOf(config: Config): Use[] {
  return [
    ...[...config.providers.values()].map((use) => ({ path: `providers.${use.id}`, kind: 'provider', use }) as const),
    { path: 'routing.strategy', kind: 'strategy', use: config.routing.strategy },
    ...[...config.models.values()].flatMap(({ name, strategy }) =>
      strategy ? [{ path: `models.${name}.strategy`, kind: 'strategy', use: strategy } as const] : [],
    ),
    { path: 'stats.store', kind: 'store', use: config.stats.store },
    ...config.observers.map((use, index) => ({ path: `observers[${index}]`, kind: 'observer', use }) as const),
  ]
}

async function collect(
  problems: Problem[],
  at: Pick<Problem, 'path'> & Pick<PluginUse, 'place'>,
  check: () => Promise<unknown>,
): Promise<void> {
  try {
    await check()
  } catch (error) {
    if (!(error instanceof RouterError)) throw error
    const options = error.extra.problems as readonly Problem[] | undefined
    if (options === undefined) problems.push({ ...at.place, path: at.path, message: withoutPlace(error) })
    for (const option of options ?? [])
      problems.push({ ...option, path: option.path === '' ? at.path : `${at.path}.${option.path}` })
  }
}

/** The line begins with the place already. */
const withoutPlace = ({ message, details }: RouterError): string => message.replace(String(details.where ?? ''), '')
