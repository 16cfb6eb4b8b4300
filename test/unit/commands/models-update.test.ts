import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { currentUpdate, openCatalogue } from '../../../src/catalogue/updates.ts'
import ModelsUpdate from '../../../src/commands/models/update.ts'
import { folder, runCommand, SANDBOX } from './run-command.ts'

const models = (count: number, prompt: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => {
      const id = at === 0 ? 'llama-3.1-8b-instant' : `new-${at}`
      return [id, { id, limit: { context: 1000 + at }, cost: { input: prompt, output: 2 } }]
    }),
  )
const catalogueOf = (prompt: number, count = 30) => JSON.stringify({ groq: { models: models(count, prompt) }, junk: 1 })
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

async function workplace(files: Record<string, string>) {
  const directory = await folder({ 'config.yaml': SANDBOX, ...files })
  return { directory, config: join(directory, 'config.yaml'), state: join(directory, '.router') }
}

test('a file is checked, kept, and counts from the next start on', async () => {
  const text = catalogueOf(7)
  const { directory, config, state } = await workplace({ 'new.json': text })
  const before = openCatalogue(state).modelsOf('groq').length
  const { exit, stdout } = await runCommand(
    ModelsUpdate,
    '-c',
    config,
    join(directory, 'new.json'),
    '--sha256',
    sha256(text),
  )
  expect(exit).toBe(0)
  expect(stdout).toContain('30 models of 1 services')
  const catalogue = openCatalogue(state)
  expect(catalogue.modelsOf('groq')).toHaveLength(before + 29)
  expect(catalogue.find('groq', 'llama-3.1-8b-instant')).toMatchObject({
    contextLength: 1000,
    canonical: 'meta-llama/llama-3.1-8b-instruct',
    price: { prompt: 7, completion: 2 },
  })
  expect(currentUpdate(state)?.sources[0]).toContain(sha256(text))
})

test('an update replaces the last one, and one that is refused leaves it', async () => {
  const { directory, config, state } = await workplace({
    'a.json': catalogueOf(1),
    'b.json': catalogueOf(2),
    'small.json': catalogueOf(3, 2),
    'broken.json': '<html>',
  })
  const update = (...args: string[]) => runCommand(ModelsUpdate, '-c', config, ...args)
  await update(join(directory, 'a.json'))
  await update(join(directory, 'b.json'))
  for (const args of [['small.json'], ['broken.json'], ['none.json'], ['a.json', '--sha256', '00']]) {
    const { exit, stderr } = await update(join(directory, args[0]!), ...args.slice(1))
    expect(exit, args.join(' ')).toBe(6)
    expect(stderr).toMatch(/ROUTER_MODELS_UPDATE: .* What was known stays\./)
  }
  expect(openCatalogue(state).find('groq', 'new-1')?.price?.prompt).toBe(2)
  expect(readdirSync(join(state, 'models'))).toHaveLength(2)
})

test('a server that fails is said, and one on this machine needs no https', async () => {
  const { config, state } = await workplace({})
  let status = 503
  const server = createServer((_, response) => response.writeHead(status).end(catalogueOf(4)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api.json`
  try {
    const failed = await runCommand(ModelsUpdate, '-c', config, url)
    expect(failed.stderr).toContain('it answers 503')
    status = 200
    expect((await runCommand(ModelsUpdate, '-c', config, url)).exit).toBe(0)
    expect(openCatalogue(state).find('groq', 'new-1')?.price?.prompt).toBe(4)
  } finally {
    server.close()
  }
  const plain = await runCommand(ModelsUpdate, '-c', config, 'http://models.example/api.json')
  expect(plain.stderr).toContain('--sha256')
})
