/** What waiting costs a client: by header, by key, by service tier, in place of the strategy's option. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

const PERSON = 'client-of-people'
const BATCH = 'client-of-batches'

let directory: string
let upstream: Upstream
let router: Router

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'prior-'))
  const prior = join(directory, 'prior.json')
  const cells = [
    { endpoint: 'dear/m', ttft_ms: 100, total_ms: 200, tokens_per_second: 500, kappa: 1000 },
    { endpoint: 'cheap/m', ttft_ms: 4000, total_ms: 9000, tokens_per_second: 20, kappa: 1000 },
  ]
  await writeFile(prior, JSON.stringify({ version: 1, cells }))
  upstream = await startUpstream()
  const provider = (price: number) => ({
    plugin: 'openai-compatible',
    base_url: upstream.url,
    api_key: 'sk-upstream',
    price: { prompt: price, completion: price },
  })
  router = await startRouter({
    config: {
      auth: { keys: [PERSON, { key: BATCH, value_of_time: 0.001 }] },
      providers: { dear: provider(20), cheap: provider(1) },
      models: { m: { endpoints: ['dear/m', 'cheap/m'] } },
      routing: { strategy: { plugin: 'adaptive', options: { value_of_time: 1000, exploration: 0 } } },
      stats: { prior },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
  await rm(directory, { recursive: true, force: true })
})

const ask = (key: string, headers: Record<string, string> = {}, more: object = {}) =>
  send(`${router.url}/v1/chat/completions`, {
    headers: { authorization: `Bearer ${key}`, ...headers },
    body: { model: 'm', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 100, ...more },
  })

it.each([
  ['the strategy', PERSON, {}, {}, 'dear/m', null],
  ['a key', BATCH, {}, {}, 'cheap/m', 0.001],
  ['a header', PERSON, { 'x-router-value-of-time': '0.002' }, {}, 'cheap/m', 0.002],
  ['a header above the key', BATCH, { 'x-router-value-of-time': '1000' }, {}, 'dear/m', 1000],
  ['a tier for work that can wait', PERSON, {}, { service_tier: 'flex' }, 'cheap/m', 0.01],
  ['a tier for batches', PERSON, {}, { service_tier: 'batch' }, 'cheap/m', 0.01],
  ['a header above the tier', PERSON, { 'x-router-value-of-time': '1000' }, { service_tier: 'flex' }, 'dear/m', 1000],
])('is what %s says', async (_, key, headers, more, endpoint, recorded) => {
  const answer = await ask(key, headers, more)
  expect(answer.status, answer.text).toBe(200)
  expect(answer.headers['x-router-endpoint']).toBe(endpoint)
  const { headers: sent } = upstream.requests.at(-1)!
  expect(sent['x-router-value-of-time']).toBeUndefined()
  const id = String(answer.headers['x-generation-id'])
  const url = `${router.url}/api/v1/generation?id=${id}`
  const record = await send(url, { headers: { authorization: `Bearer ${key}` } })
  expect(record.json?.data).toMatchObject({ value_of_time: recorded })
})

it('is refused in words where it is no amount', async () => {
  for (const value of ['cheap', '-1', '0', 'Infinity', '']) {
    const answer = await ask(PERSON, { 'x-router-value-of-time': value })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('x-router-value-of-time')
  }
})
