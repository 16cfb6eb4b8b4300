import { dirname } from 'node:path'
import { findConfig } from '../../config/find.ts'
import { type CheckResult, checkConfig } from '../../config/load.ts'
import { zeroConfig } from '../../config/zero.ts'
import type { CheckReport } from '../../terminal/views/check.ts'
import { checkFederation } from './check-federation.ts'
import { checkPartial, checkPlugins } from './check-plugins.ts'
import { checkPolicies } from './check-policies.ts'
import { checkPrices } from './check-prices.ts'

/**
 * All that is wrong with the configuration that `--config` (or its absence) points at. A file with other mistakes is
 * checked for plugins as far as it says which it uses.
 * @throws RouterError ROUTER_CONFIG_NOT_FOUND, ROUTER_CONFIG_UNREADABLE
 */
export async function checkEverything(flag: string | undefined): Promise<CheckReport> {
  const file = findConfig({ flag })
  const { problems, warnings, config, found, partial }: CheckResult & { found?: readonly string[] } =
    file === undefined ? { problems: [], warnings: [], ...(await zeroConfig()) } : checkConfig(file)
  const ofPlugins = config
    ? await checkPlugins(config)
    : partial
      ? await checkPartial(dirname(file ?? '.'), partial)
      : []
  const all = [...problems, ...ofPlugins].sort(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  )
  const prices = config && all.length === 0 ? await checkPrices(config) : undefined
  return {
    valid: all.length === 0,
    ...(file === undefined ? { found: found ?? [] } : { file }),
    problems: all,
    warnings: [...warnings, ...(config ? checkFederation(config) : []), ...(prices?.warnings ?? [])],
    notes: prices ? [...(await checkPolicies(config!)), ...prices.notes] : [],
    ...(config && {
      providers: config.providers.size,
      models: config.models.size,
      endpoints: [...config.models.values()].reduce((sum, model) => sum + model.endpoints.length, 0),
    }),
    ...(prices && { known: prices.known }),
  }
}
