/** What anybody may read without knowing of signed documents. */
import { OpenRouter } from '@openrouter/sdk'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { seal } from '../../../src/federation/protocol/signed.ts'
import type { HubMap, MapCell, ProbeCell } from '../../../src/federation/protocol/types.ts'
import { checkHubInfo } from '../../../src/federation/protocol/validate.ts'
import { NOTHING_SAID } from '../../../src/hub/about.ts'
import type { HubStore } from '../../../src/hub/database/open.ts'
import type { HubFacts } from '../../../src/hub/facts/facts.ts'
import { LIMITS } from '../../../src/hub/server/limits.ts'
import { send } from '../../helpers/http.ts'
import { EPOCH, EPOCH_S, startHub, type TestHub } from '../../helpers/hub-server.ts'
import { empty } from '../../helpers/hub-store.ts'
import { openPglite } from '../../helpers/pglite.ts'

const LLAMA = 'meta-llama/llama-3.3-70b-instruct'
const facts: HubFacts = {
  model: (provider, model) =>
    provider === 'groq' && model === 'llama-3.3-70b-versatile'
      ? {
          canonical: LLAMA,
          title: 'Llama 3.3 70B',
          released: '2024-12-06',
          contextLength: 131_072,
          maxOutputTokens: 32_768,
          inputModalities: ['text'],
          outputModalities: ['text'],
          parameters: ['tools'],
          price: { input: 0.59, output: 0.79 },
        }
      : undefined,
  provider: (name) => (name === 'groq' ? { title: 'Groq' } : undefined),
}

const figures = (ttft: number, change: Partial<MapCell> = {}): Omit<MapCell, 'provider'> => ({
  as_of: EPOCH,
  members: 5,
  ttft: { mean: Math.log(ttft), tau2: 0.1, sigma2: 0.3 },
  speed: { mean: Math.log(100), tau2: 0.1, sigma2: 0.1 },
  quantiles: { ttft: [ttft, ttft * 3], speed: [100, 140] },
  success: { a: 39, b: 1 },
  price: 0.65,
  ...change,
})
const CELLS: MapCell[] = [
  { provider: 'groq', model: 'llama-3.3-70b-versatile', ...figures(200) },
  { provider: 'groq', model: 'llama-3.3-70b-versatile', class: 'chat.lt1k.plain', ...figures(190) },
  { provider: 'deepinfra', model: LLAMA, ...figures(600) },
  { provider: 'groq', ...figures(200) },
]
const PROBE: ProbeCell = {
  source: 'probe',
  provider: 'together',
  model: LLAMA,
  region: '-',
  continent: 'EU',
  class: 'chat.lt1k.plain',
  n: 10,
  time: EPOCH * EPOCH_S,
  ttft: { n: 10, mean: Math.log(300), var: 0.04 },
  success: { a: 9, b: 1 },
}
const MAP: HubMap = {
  type: 'map',
  v: '1.1',
  epoch: EPOCH,
  epoch_seconds: EPOCH_S,
  k: 5,
  members: 5,
  cells: CELLS,
  probes: [PROBE],
}

let store: HubStore
let hub: TestHub
const start = (options: Parameters<typeof startHub>[1] = {}) =>
  startHub(store, {
    pollMs: 20,
    facts,
    limits: { address: { ...LIMITS.address, read: { perMinute: 1e9, burst: 1e9 } } },
    ...options,
  })
beforeAll(async () => {
  store = await openPglite()
})
afterAll(() => store.close())
beforeEach(async () => {
  await empty(store)
  hub = await start()
})
afterEach(() => hub.close())

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  send(`${hub.url}${path}`, { method, headers })

/** The body, parsed: shaped as each test says. */
const read = async (path: string) => JSON.parse((await get(path)).text)

async function publish(map = MAP): Promise<void> {
  const figuresOf = { ttft_p50: 200, ttft_p95: 600, speed: 100, uptime: 0.9, price: 0.65, members: 5 }
  await store.db
    .insertInto('history')
    .values({
      epoch: map.epoch,
      provider: 'groq',
      model: 'llama-3.3-70b-versatile',
      figures: JSON.stringify(figuresOf),
    })
    .execute()
  await store.db
    .insertInto('maps')
    .values({ epoch: map.epoch, document: seal(map, hub.key), state: Buffer.alloc(0), created_at: 0 })
    .execute()
  while ((await get('/v1/map')).status !== 200) {}
}

const READ = ['/v1/map', '/v1/map.json', '/v1/map.csv', '/v1/models', '/v1/history.json', '/v1/incidents.json']

test('before the first map there is none, in words and with a code; incidents are there', async () => {
  for (const path of ['/v1/map.json', '/v1/map.csv', '/v1/models', `/v1/models/${LLAMA}/endpoints`]) {
    const answer = await get(path)
    expect([path, answer.status, answer.json?.error]).toEqual([
      path,
      503,
      expect.objectContaining({ code: 'unavailable' }),
    ])
    expect(answer.headers['access-control-allow-origin']).toBe('*')
  }
  expect((await get('/v1/incidents.json')).json).toEqual({ incidents: [] })
})

test('the map as plain JSON: what is signed, and the endpoints in plain units, best first', async () => {
  await publish()
  const json = await read('/v1/map.json')
  expect((await get('/v1/map.json')).headers['content-type']).toBe('application/json; charset=utf-8')
  expect(json).toMatchObject({ ...MAP, hub: { name: 'Test hub', key: hub.key.publicKey, signed: '/v1/map' } })
  expect(json.hub.fingerprint).toMatch(/^[\w-]{22}$/)
  expect(json.endpoints.map((each: { provider: string; model: string }) => [each.model, each.provider])).toEqual([
    ['llama-3.3-70b-versatile', 'groq'],
    [LLAMA, 'deepinfra'],
    [LLAMA, 'together'],
  ])
  expect(json.endpoints[0]).toEqual({
    provider: 'groq',
    model: 'llama-3.3-70b-versatile',
    region: null,
    continent: null,
    class: null,
    source: 'members',
    members: 5,
    updated_at: new Date((EPOCH + 1) * EPOCH_S * 1000).toISOString(),
    ttft_ms: { p50: 200, p95: 600 },
    total_ms: null,
    speed: { p50: 100, p95: 140 },
    success: 0.975,
    price: 0.65,
    cache_hit: null,
  })
  expect(json.endpoints[2]).toMatchObject({ source: 'probe', members: 0, ttft_ms: { p50: 300 }, success: 0.9 })
})

test('the map as CSV: a line for each cell, with a header', async () => {
  await publish()
  const { text, headers } = await get('/v1/map.csv')
  expect(headers['content-type']).toMatch(/^text\/csv/)
  const lines = text.split('\r\n')
  expect(lines[0]).toBe(
    'provider,model,region,continent,class,source,members,updated_at,ttft_p50_ms,ttft_p95_ms,total_p50_ms,total_p95_ms,speed_p50,speed_p95,success,price_usd_per_million_tokens,cache_hit,type,good,good_sd,judged,escalated,checked',
  )
  expect(lines).toHaveLength(CELLS.length + 1 + 2)
  expect(lines[2]).toMatch(
    /^groq,llama-3\.3-70b-versatile,,,chat\.lt1k\.plain,members,5,.*Z,190,570,,,100,140,0\.975,0\.65,{7}$/,
  )
})

test("a model's endpoints in the shape of OpenRouter, by its canonical name and by its name at a provider", async () => {
  await publish()
  const json = await read(`/v1/models/${LLAMA}/endpoints`)
  expect(json.data).toMatchObject({
    id: LLAMA,
    name: 'Llama 3.3 70B',
    created: Date.parse('2024-12-06') / 1000,
    architecture: { modality: 'text->text', input_modalities: ['text'], output_modalities: ['text'] },
  })
  expect(json.data.endpoints.map((each: { tag: string }) => each.tag)).toEqual(['groq', 'deepinfra', 'together'])
  expect(json.data.endpoints[0]).toMatchObject({
    name: 'Groq | llama-3.3-70b-versatile',
    model_name: 'Llama 3.3 70B',
    provider_name: 'Groq',
    context_length: 131_072,
    max_completion_tokens: 32_768,
    pricing: { prompt: '0.00000059', completion: '0.00000079', request: '0' },
    supported_parameters: ['tools'],
    status: 0,
    uptime_last_5m: null,
    uptime_last_30m: 97.5,
    uptime_last_1d: 90,
    latency_last_30m: { p50: 200, p75: 313.8, p90: 470.7, p99: 945.8 },
    throughput_last_30m: { p50: 100 },
  })
  expect(json.data.endpoints[1]).toMatchObject({ context_length: 0, pricing: { prompt: '0.00000065' } })
  expect((await read('/v1/models/llama-3.3-70b-versatile/endpoints')).data.endpoints).toHaveLength(1)
  expect((await read('/v1/models')).data).toEqual([
    { id: LLAMA, name: 'Llama 3.3 70B', endpoints: 3, links: { details: `/v1/models/${LLAMA}/endpoints` } },
  ])
})

test('an unmodified client of OpenRouter reads them', async () => {
  await publish()
  const client = new OpenRouter({ apiKey: 'none', serverURL: `${hub.url}/v1` })
  const { data } = await client.endpoints.list({ author: 'meta-llama', slug: 'llama-3.3-70b-instruct' })
  expect(data.endpoints.map(({ providerName, latencyLast30m }) => [providerName, latencyLast30m?.p50])).toEqual([
    ['Groq', 200],
    ['deepinfra', 600],
    ['together', 300],
  ])
})

test('an open incident is the status of its endpoint', async () => {
  await publish()
  await store.db
    .insertInto('incidents')
    .values({
      id: 'i1',
      provider: 'groq',
      model: 'llama-3.3-70b-versatile',
      region: '-',
      opened_at: hub.clock.ms / 1000,
      closed_at: null,
      members: 5,
    })
    .execute()
  while ((await read('/v1/incidents.json')).incidents.length === 0) {}
  const statuses = (await read(`/v1/models/${LLAMA}/endpoints`)).data.endpoints.map(
    ({ status }: { status: number }) => status,
  )
  expect(statuses).toEqual([-5, 0, 0])
})

test('names that nothing is published of are 404, with where to look', async () => {
  await publish()
  for (const path of ['/v1/models/nobody/nothing/endpoints', `/v1/models/${LLAMA}`, '/v1/models/__proto__/endpoints']) {
    const { status, text, headers } = await get(path)
    expect([status, headers['access-control-allow-origin']]).toEqual([404, '*'])
    expect(JSON.parse(text).error).toEqual({ code: 'not_found', message: expect.stringContaining('GET /v1/models') })
  }
})

test('tags, HEAD, and the scripts of other sites', async () => {
  await publish()
  for (const path of [...READ, `/v1/models/${LLAMA}/endpoints`]) {
    const first = await get(path)
    const { etag } = first.headers
    expect([path, first.status, typeof etag]).toEqual([path, 200, 'string'])
    expect(first.headers).toMatchObject({ 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=60' })
    const again = await get(path, { 'if-none-match': String(etag) })
    expect([again.status, again.text]).toEqual([304, ''])
    const head = await get(path, {}, 'HEAD')
    expect([head.status, head.text, head.headers.etag]).toEqual([200, '', etag])
    const preflight = await get(
      path,
      { origin: 'https://a.example', 'access-control-request-method': 'GET' },
      'OPTIONS',
    )
    expect(preflight.status).toBe(204)
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
    })
  }
  expect((await get('/v1/hub')).headers['access-control-allow-origin']).toBe('*')
  expect((await get('/v1/members/me')).headers['access-control-allow-origin']).toBeUndefined()
  const writing = await get('/v1/map', {}, 'POST')
  expect([writing.status, writing.text]).toEqual([405, expect.stringContaining('method_not_allowed')])
})

test('who runs the hub: in /v1/hub, in /terms, and nothing that was not said', async () => {
  expect(checkHubInfo((await get('/v1/hub')).json)).toMatchObject({ terms: '/terms', mirrors: [] })
  const silent = await get('/terms')
  expect(silent.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(silent.text).toContain('Run by: its operator has not said')
  await hub.close()
  const about = {
    ...NOTHING_SAID,
    operator: 'ACME e.V.',
    contact: 'hub@acme.example',
    licence: 'CC-BY-4.0',
    mirrors: ['https://mirror.example'],
  }
  hub = await start({ about, url: 'https://hub.acme.example' })
  expect(checkHubInfo((await get('/v1/hub')).json)).toMatchObject({
    operator: 'ACME e.V.',
    contact: 'hub@acme.example',
    licence: 'CC-BY-4.0',
    terms: 'https://hub.acme.example/terms',
    mirrors: ['https://mirror.example'],
  })
  expect((await get('/terms')).text).toContain('Run by: ACME e.V.')
  await hub.close()
  hub = await start({ about: { ...about, terms: 'https://acme.example/terms' } })
  const elsewhere = await get('/terms')
  expect([elsewhere.status, elsewhere.headers.location]).toEqual([302, 'https://acme.example/terms'])
  expect((await get('/robots.txt')).text).toContain('User-agent: *')
})
