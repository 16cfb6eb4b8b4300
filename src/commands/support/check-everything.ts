import { findConfig } from '../../config/find.ts'
import { type CheckResult, checkConfig } from '../../config/load.ts'
import { zeroConfig } from '../../config/zero.ts'
import type { CheckReport } from '../../terminal/views/check.ts'
import { checkPlugins } from './check-plugins.ts'

/**
 * All that is wrong with the configuration that `--config` (or its absence) points at. A file whose YAML is wrong is not checked for plugins,
 * since it is not known yet what it says.
 * @throws RouterError ROUTER_CONFIG_NOT_FOUND, ROUTER_CONFIG_UNREADABLE
 */
export async function checkEverything(flag: string | undefined): Promise<CheckReport> {
  const file = findConfig({ flag })
  const { problems, warnings, config, found }: CheckResult & { found?: readonly string[] } =
    file === undefined ? { problems: [], warnings: [], ...(await zeroConfig()) } : checkConfig(file)
  const all = config === undefined ? problems : await checkPlugins(config)
  return {
    valid: all.length === 0,
    ...(file === undefined ? { found: found ?? [] } : { file }),
    problems: all,
    warnings,
    ...(config && {
      providers: config.providers.size,
      models: config.models.size,
      endpoints: [...config.models.values()].reduce((sum, model) => sum + model.endpoints.length, 0),
    }),
  }
}
