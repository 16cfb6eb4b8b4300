import { join } from 'node:path'
import { expect, test } from 'vitest'
import PluginsList from '../../../src/commands/plugins/list.ts'
import PluginsTest from '../../../src/commands/plugins/test.ts'
import { folder, runCommand, SANDBOX } from './run-command.ts'

const STRATEGY = (why: string) => `
export default {
  apiVersion: 1,
  kind: 'strategy',
  name: 'mine',
  schema: { description: 'As they come.' },
  create: () => ({
    rank: (_, candidates) => candidates.map(({ endpoint }, at) => ({ endpoint, score: at, propensity: at === 0 ? 1 : 0, why: ${why} })),
  }),
}
`

test('lists built-in plugins and those that the configuration uses', async () => {
  const config = `${SANDBOX}routing: { strategy: ./mine.mjs }\n`
  const file = join(await folder({ 'config.yaml': config, 'mine.mjs': STRATEGY('"x"') }), 'config.yaml')
  const { plugins } = JSON.parse((await runCommand(PluginsList, '-c', file, '--json')).stdout)
  expect(plugins).toContainEqual({ kind: 'store', name: 'lowdb', source: 'built-in', description: expect.any(String) })
  expect(plugins.filter(({ description }: { description: string }) => description === '')).toEqual([])
  expect(plugins).toContainEqual({ kind: 'strategy', name: 'mine', source: './mine.mjs', description: 'As they come.' })
  expect((await runCommand(PluginsList, '-c', file)).stdout).toMatch(/^strategy +mine +\.\/mine\.mjs +As they come\.$/m)
})

test('a built-in plugin passes its conformance checks', async () => {
  const { exit, stdout } = await runCommand(PluginsTest, 'weighted')
  expect(exit).toBe(0)
  expect(stdout).toMatch(/^✓ [\s\S]*\nstrategy weighted: \d+ checks passed, 0 failed$/)
})

test('a plugin that breaks a rule fails, with the reason, and exit code 4', async () => {
  const file = join(await folder({ 'config.yaml': SANDBOX, 'mine.mjs': STRATEGY('""') }), 'config.yaml')
  const { exit, stdout } = await runCommand(PluginsTest, '-c', file, './mine.mjs')
  expect(exit).toBe(4)
  expect(stdout).toMatch(/^✗ says why\n {4}\S/m)
  const json = await runCommand(PluginsTest, '-c', file, './mine.mjs', '--json')
  expect(json.exit).toBe(4)
  expect(JSON.parse(json.stdout).checks).toContainEqual({ name: 'says why', passed: false, reason: expect.any(String) })
})

test('options are given as YAML', async () => {
  expect(await runCommand(PluginsTest, 'openai', '--options', '[1]')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('mapping'),
  })
  expect(await runCommand(PluginsTest, 'openai', '--options', '{ a: ')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('YAML'),
  })
  expect((await runCommand(PluginsTest, 'openai', '--options', '{ api_key: sk-0123456789 }')).exit).toBe(0)
})

test('a plugin that does not exist', async () => {
  expect(await runCommand(PluginsTest, 'wieghted')).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining('Did you mean "weighted"?'),
  })
})
