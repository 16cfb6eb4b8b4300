import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Discovery, discoveredIn } from '../../../src/app/discovery.ts'
import { RouterApp } from '../../../src/app/router-app.ts'
import { stateDirectory } from '../../../src/config/find.ts'
import { checkText, configOf } from '../../../src/config/load.ts'
import { listedModels } from '../../../src/routing/catalogue.ts'
import { waitFor } from '../../helpers/wait-for.ts'

let directory: string
let answer: { status: number; ids: string[] } | 'none'
const server = createServer((_, response) => {
  if (answer === 'none') return
  const data = answer.ids.map((id) => ({ id }))
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify({ data }))
})
let port: number

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'commonroute-discovery-'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
  rmSync(directory, { recursive: true, force: true })
})

async function started(): Promise<RouterApp> {
  const text = `
server: { port: 0 }
log: { level: silent }
providers:
  groq: { plugin: openai-compatible, preset: groq, api_key: k, base_url: http://127.0.0.1:${port}/v1, models: discover }
models:
  own: { endpoints: [groq/mine] }
`
  const app = await RouterApp.create(configOf(checkText(text, { directory }, {})))
  await app.listen()
  return app
}

const namesOf = (app: RouterApp) => listedModels(app.engine.catalogue).map(({ name }) => name)

test("a provider's own list is asked for beside the serving, kept, and outlives a provider that is down", async () => {
  answer = { status: 200, ids: ['llama-3.3-70b-versatile', 'of-their-own'] }
  const first = await started()
  await waitFor(() => expect(namesOf(first)).toEqual(['own', 'meta-llama/llama-3.3-70b-instruct', 'groq/of-their-own']))
  const [, llama] = listedModels(first.engine.catalogue)
  expect(llama!.routes[0]!.endpoint).toMatchObject({
    id: 'groq/llama-3.3-70b-versatile',
    price: { prompt: expect.any(Number) },
    contextLength: expect.any(Number),
  })
  await first.close()

  answer = { status: 503, ids: [] }
  const second = await started()
  expect(namesOf(second)).toEqual(['own', 'meta-llama/llama-3.3-70b-instruct', 'groq/of-their-own'])
  await second.close()
})

test('what can be no name of a model is left out of a list, and the list is cut', async () => {
  const many = Array.from({ length: 20_100 }, (_, at) => `m${at}`)
  answer = { status: 200, ids: ['', ' ', 'a\nb', '\ud800', 'x'.repeat(201), null as unknown as string, ...many] }
  const app = await started()
  await waitFor(() => expect(discoveredIn(app.config)('groq')).toEqual(many.sort().slice(0, 20_000)))
  await app.close()
})

test.each(['null', '[1]', '{', '{"groq":5}', '{"groq":[null,7,{}]}'])('a file that holds %s is none', (text) => {
  const config = configOf(checkText('providers: { groq: { api_key: k } }', { directory }, {}))
  mkdirSync(stateDirectory(config), { recursive: true })
  writeFileSync(join(stateDirectory(config), 'discovered-models.json'), text)
  expect(discoveredIn(config)('groq')).toBeUndefined()
})

test('a provider that says nothing at the start keeps nobody waiting: what is published of it counts', async () => {
  answer = 'none'
  const app = await started()
  expect(namesOf(app)).toContain('meta-llama/llama-3.3-70b-instruct')
  await app.close()
})

test('who could not be asked is asked again after a minute, and then less and less often', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const statuses = [503, 503, 200, 503]
    const asked: number[] = []
    const adapter = {
      models: () => ({ method: 'GET', url: new URL('http://x'), headers: {}, framing: 'none' }),
      classify: () => ({ kind: 'provider_overloaded', message: 'busy' }),
      answer: async () => {
        const status = statuses[asked.length] ?? 503
        asked.push(status)
        return { status, headers: {}, body: [Buffer.from('{"data":[{"id":"m"}]}')] }
      },
    }
    const provider = { id: 'p', adapter, secrets: [] }
    const config = { source: { directory }, providers: new Map([['p', { models: 'discover' }]]) }
    const router = { config, engine: { catalogue: { providers: new Map([['p', provider]]) } } }
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    const discovery = new Discovery(router as never, log as never, true)
    const minutes = (count: number) => vi.advanceTimersByTimeAsync(count * 60_000)
    discovery.start()
    await minutes(0)
    expect(asked).toEqual([503])
    await minutes(1)
    expect(asked).toEqual([503, 503])
    await minutes(1.9)
    expect(asked).toHaveLength(2)
    await minutes(0.2)
    expect(asked).toEqual([503, 503, 200])
    await waitFor(() => expect(discoveredIn(config as never)('p')).toEqual(['m']))
    discovery.close()
    await minutes(120)
    expect(asked).toHaveLength(3)
  } finally {
    vi.useRealTimers()
  }
})
