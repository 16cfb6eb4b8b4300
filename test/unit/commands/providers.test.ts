import { expect, onTestFinished, test, vi } from 'vitest'
import { knownProviders } from '../../../src/cli/providers/known-providers.ts'
import Providers from '../../../src/commands/providers.ts'
import { checkText } from '../../../src/config/load.ts'
import { PluginRegistry } from '../../../src/plugins/registry.ts'
import { paletteOf } from '../../../src/terminal/colour.ts'
import { providersView } from '../../../src/terminal/views/providers.ts'
import { runCommand } from './run-command.ts'

function withEnvironment(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
}

test('lists every service that is known, with its key, operations, policy, region and address', async () => {
  withEnvironment({ GROQ_API_KEY: 'k', SCALEWAY_API_KEY: 'k' })
  const { exit, stdout } = await runCommand(Providers)
  expect(exit).toBe(0)
  expect(stdout).toMatch(/^groq +GROQ_API_KEY +yes +chat, .*deny +- +https:\/\/api\.groq\.com\/openai\/v1 +https:/m)
  expect(stdout).toMatch(/^scaleway +SCALEWAY_API_KEY +yes +chat, .*zdr +eu +https:\/\/api\.scaleway\.ai\/v1/m)
  expect(stdout).toMatch(/^vllm +- +- +chat/m)
  const { providers } = JSON.parse((await runCommand(Providers, '--json')).stdout)
  expect(providers.length).toBeGreaterThanOrEqual(70)
  expect(providers.find(({ name }: { name: string }) => name === 'groq')).toMatchObject({
    title: 'Groq',
    base_url: 'https://api.groq.com/openai/v1',
    key_variable: 'GROQ_API_KEY',
    key_set: true,
    operations: ['chat', 'speech', 'transcription', 'translation'],
    data_policy: { zdr: null, data_collection: 'deny', region: null },
  })
  expect(stdout).not.toContain('undefined')
})

test('shows one whole, with lines to paste', async () => {
  withEnvironment({ GROQ_API_KEY: '' })
  const { stdout } = await runCommand(Providers, 'Groq')
  expect(stdout).toMatch(
    /^Groq {2}groq\n {2}address +https:\/\/api\.groq\.com\/openai\/v1\n {2}key +GROQ_API_KEY \(not set\)/,
  )
  expect(stdout).toMatch(/^ {2}zdr +not known$/m)
  expect(stdout).toMatch(/^ {2}data_collection +deny: nothing is kept to train on$/m)
  expect(stdout).toContain('    preset: groq\n    api_key: ${GROQ_' + 'API_KEY}')
  expect(JSON.parse((await runCommand(Providers, 'groq', '--json')).stdout)).toMatchObject({ name: 'groq' })
})

test('names the nearest when there is none of that name', async () => {
  const { exit, stderr } = await runCommand(Providers, 'gorq')
  expect(exit).toBe(2)
  expect(stderr).toContain('No provider is known as "gorq". Did you mean "groq"')
  expect((await runCommand(Providers, 'qqqqqqqqqqqq')).stderr).toContain('See router providers.')
})

test('fits a narrow terminal', async () => {
  const text = providersView(await knownProviders({}), { width: 80, palette: paletteOf(false) })
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(90)
  expect(text).toMatch(/^name .*address$/m)
})

test('every one says what it speaks, and where that was read', async () => {
  const silent = (await knownProviders({})).filter(({ operations, sources }) => !operations.length || !sources.length)
  expect(silent.map(({ name }) => name)).toEqual(['sandbox'])
})

/** What variables hold that are no address, by a part of their name. */
const VALUES = [
  ['PROJECT', 'my-project'],
  ['LOCATION', 'europe-west4'],
] as const

test('every one’s lines are a configuration that its plugin accepts', async () => {
  const registry = new PluginRegistry({ directory: '/tmp', log: { debug() {}, info() {}, warn() {}, error() {} } })
  for (const { name, config } of await knownProviders({})) {
    const env = new Proxy(
      {},
      {
        get: (_, name) => VALUES.find(([part]) => String(name).includes(part))?.[1] ?? 'https://account.example/v1',
        has: () => true,
        getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: 'x' }),
      },
    )
    const checked = checkText(config, { directory: '/tmp' }, env)
    expect(checked.problems, name).toEqual([])
    const use = checked.config!.providers.get(name)!
    await expect(registry.options('provider', use), name).resolves.toBeDefined()
  }
})

test('takes no name from standard input', async () => {
  // Where @oclif/core keeps what it has read there.
  vi.stubGlobal('oclif', { stdinCache: 'nonsense' })
  onTestFinished(() => void vi.unstubAllGlobals())
  expect((await runCommand(Providers)).stdout).toMatch(/^groq /m)
})
