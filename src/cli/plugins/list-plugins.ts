import { printable } from '../../base/format/text.ts'
import type { Config } from '../../config/types.ts'
import type { PluginKind } from '../../plugins/api.ts'
import { type PluginInfo, PluginRegistry } from '../../plugins/registry.ts'
import { usesOf } from '../check/check-plugins.ts'
import { commandLog } from '../log.ts'

export interface ListedPlugin extends PluginInfo {
  /** The description of its options' schema; empty without one. */
  readonly description: string
}

/**
 * Every built-in plugin, every one of the `plugins` list, and every one that is used by its specifier.
 * @throws RouterError ROUTER_PLUGIN_* at the first that cannot be loaded
 */
export async function listPlugins(config: Config): Promise<ListedPlugin[]> {
  const registry = new PluginRegistry({ directory: config.source.directory, log: commandLog() })
  await registry.load(config.plugins)
  for (const { kind, use } of usesOf(config)) await registry.find(kind, use)
  return Promise.all(
    registry.list().map(async (info) => ({ ...info, description: await descriptionOf(registry, info) })),
  )
}

async function descriptionOf(
  registry: PluginRegistry,
  { kind, name }: { kind: PluginKind; name: string },
): Promise<string> {
  const { schema } = await registry.find(kind, { plugin: name, place: {} })
  return typeof schema.description === 'string' ? printable(schema.description) : ''
}
