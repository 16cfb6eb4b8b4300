import type { Config, ProviderConfig } from '../../config/types.ts'
import type { DataPolicy } from '../../plugins/api.ts'
import { PluginRegistry } from '../../plugins/registry.ts'
import { commandLog } from '../log.ts'

/**
 * What nobody knows of the providers' data policies, one note for the same gaps: requests that demand it leave these
 * providers out. Asks nobody.
 * @throws RouterError ROUTER_PLUGIN_* at the first that cannot be made
 */
export async function checkPolicies(config: Config): Promise<string[]> {
  const registry = new PluginRegistry({ directory: config.source.directory, log: commandLog(), readOnly: true })
  await registry.load(config.plugins)
  const gaps = new Map<string, string[]>()
  try {
    for (const use of config.providers.values()) {
      const words = missingIn(await policyOf(registry, use))
      if (words !== '') gaps.set(words, [...(gaps.get(words) ?? []), use.id])
    }
  } finally {
    await registry.closeAll()
  }
  return [...gaps].map(
    ([words, ids]) =>
      `Not known of ${ids.join(', ')}: ${words}. Requests that demand it leave them out; data_policy declares it.`,
  )
}

/** Undefined for one whose answers are made up: nothing is sent anywhere. */
async function policyOf(registry: PluginRegistry, use: ProviderConfig): Promise<DataPolicy | undefined> {
  const adapter = await registry.create('provider', use)
  // What holds of none of its models in particular.
  return adapter.simulated ? undefined : { ...adapter.dataPolicy?.(''), ...use.dataPolicy }
}

/** In the words of the configuration. */
function missingIn(policy: DataPolicy | undefined): string {
  if (!policy) return ''
  const { zdr, dataCollection, region } = policy
  return Object.entries({ zdr, data_collection: zdr ? 'deny' : dataCollection, region })
    .filter(([, value]) => value === undefined)
    .map(([word]) => word)
    .join(', ')
}
