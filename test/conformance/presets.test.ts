import { describe, test } from 'vitest'
import { PRESETS } from '../../providers/openai-compatible/presets.ts'
import { PROFILES } from '../../providers/sandbox/profiles.ts'
import { PluginRegistry } from '../../src/plugins/registry.ts'
import { pluginChecks } from '../../src/plugins/testing.ts'

const silent = () => {}
const registry = new PluginRegistry({
  directory: import.meta.dirname,
  log: { debug: silent, info: silent, warn: silent, error: silent },
})

describe.each(Object.entries(PRESETS))('preset %s', async (preset, { keyVariable, baseUrl }) => {
  const plugin = await registry.open('openai-compatible')
  const options = {
    preset,
    ...(keyVariable && { api_key: 'sample-key-0123456789' }),
    ...(baseUrl.includes('${') && { base_url: 'https://account.example/v1' }),
  }
  for (const check of pluginChecks(plugin, { options })) test(check.name, () => check.run())
})

describe.each(Object.keys(PROFILES))('sandbox model %s', async (model) => {
  const plugin = await registry.open('sandbox')
  for (const check of pluginChecks(plugin, { model, options: { time_scale: 0.01 } }))
    test(check.name, () => check.run())
})
