import { describe, test } from 'vitest'
import { BUILT_IN } from '../../src/plugins/built-in.ts'
import { PluginRegistry } from '../../src/plugins/registry.ts'
import { pluginChecks } from '../../src/plugins/testing.ts'

const silent = () => {}
const registry = new PluginRegistry({
  directory: import.meta.dirname,
  log: { debug: silent, info: silent, warn: silent, error: silent },
})

describe.each(Object.keys(BUILT_IN.provider))('provider %s', async (name) => {
  const plugin = await registry.open(name)
  for (const check of pluginChecks(plugin)) test(check.name, () => check.run())
})
