import { describe, test } from 'vitest'
import { BUILT_IN } from '../../src/plugins/built-in.ts'
import { PluginRegistry } from '../../src/plugins/registry.ts'
import { pluginChecks, type Quantity } from '../../src/plugins/testing.ts'

const RANKS_BY: Readonly<Record<string, readonly Quantity[]>> = {
  adaptive: ['price', 'ttft', 'speed', 'success', 'stall', 'cap'],
  priority: ['position'],
  weighted: ['weight'],
  'round-robin': ['last_picked'],
  price: ['price', 'outage'],
  'least-busy': ['in_flight', 'cap', 'weight'],
  latency: ['ttft', 'speed', 'success', 'stall', 'cap'],
  throughput: ['speed', 'success', 'cap'],
  exacto: ['price', 'ttft', 'speed', 'success', 'stall', 'cap'],
  'peak-ewma': ['ttft', 'success', 'stall', 'in_flight'],
  usage: ['cap'],
  'litellm-latency': [],
}

const silent = () => {}
const registry = new PluginRegistry({
  directory: import.meta.dirname,
  log: { debug: silent, info: silent, warn: silent, error: silent },
})

describe.each(Object.keys(BUILT_IN.strategy))('strategy %s', async (name) => {
  const plugin = await registry.open(name)
  for (const check of pluginChecks(plugin, { ranksBy: RANKS_BY[name]! })) test(check.name, () => check.run())
})

test('every built-in strategy says what it ranks by', ({ expect }) => {
  expect(Object.keys(RANKS_BY)).toEqual(Object.keys(BUILT_IN.strategy))
})
