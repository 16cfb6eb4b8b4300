import { join } from 'node:path'
import { expect, test } from 'vitest'
import Models from '../../../src/commands/models/index.ts'
import type { Provider } from '../../../src/routing/catalogue.ts'
import { upstreamModels } from '../../../src/routing/upstream/upstream-models.ts'
import { folder, runCommand, SANDBOX } from './run-command.ts'

test('models with their endpoints, prices and strategy', async () => {
  const file = join(await folder({ 'config.yaml': SANDBOX }), 'config.yaml')
  const { exit, stdout } = await runCommand(Models, '-c', file)
  expect(exit).toBe(0)
  expect(stdout).toMatch(/^small {2}\S+, then big\n {2}For tests\n {2}endpoint +weight +in \$\/M/)
  expect(stdout).toMatch(/^ {2}sandbox\/steady \(simulated\) +2 +\$/m)
  expect(stdout).toMatch(/^big {2}priority$/m)
})

test('the same as JSON', async () => {
  const file = join(await folder({ 'config.yaml': SANDBOX }), 'config.yaml')
  const { stdout } = await runCommand(Models, '-c', file, '--json')
  const { models } = JSON.parse(stdout)
  expect(models).toHaveLength(2)
  expect(models[0]).toMatchObject({ name: 'small', description: 'For tests', fallbacks: ['big'] })
  expect(models[0].endpoints[1]).toMatchObject({
    endpoint: 'sandbox/steady',
    simulated: true,
    weight: 2,
    price: { prompt: expect.any(Number), completion: expect.any(Number) },
    requests: 0,
  })
})

test('--upstream asks the providers', async () => {
  const file = join(await folder({ 'config.yaml': SANDBOX }), 'config.yaml')
  const { stdout } = await runCommand(Models, '-c', file, '--upstream')
  expect(stdout).toMatch(/^sandbox {2}\d+ models\n(?: {2}[\w/-]+\n)*? {2}fast$/m)
})

/** A provider that is its own upstream. */
function provider(id: string, status: number, body: string): Provider {
  return {
    id,
    secrets: ['top-secret'],
    adapter: {
      wires: {},
      prepare: () => ({ method: 'GET', url: new URL('http://x'), headers: {}, framing: 'none' }),
      classify: (_, __, text) => ({ kind: 'provider_auth', message: text }),
      models: () => ({ method: 'GET', url: new URL('http://x'), headers: {}, framing: 'none' }),
      answer: async () => ({
        status,
        headers: {},
        body: (async function* () {
          yield Buffer.from(body)
        })(),
      }),
    },
  }
}

test('a provider that fails does not hide the others, and its secrets stay secret', async () => {
  const { models: _, ...adapter } = provider('mute', 200, '').adapter
  const asked = await upstreamModels([
    provider('good', 200, '{"data":[{"id":"b"},{"id":"a"},{"no":1},null]}'),
    provider('bad', 401, 'wrong key top-secret'),
    provider('odd', 200, '<html>'),
    { id: 'mute', secrets: [], adapter },
  ])
  expect(asked).toEqual([
    { provider: 'good', models: ['a', 'b'] },
    { provider: 'bad', error: '401 provider_auth: wrong key [redacted]' },
    { provider: 'odd', error: 'its answer is not a list of models' },
    { provider: 'mute', error: 'it cannot list its models' },
  ])
})
