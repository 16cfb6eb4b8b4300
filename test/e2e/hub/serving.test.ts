/** What everybody may read, and how. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seal } from '../../../src/federation/protocol/signed.ts'
import { checkHubInfo } from '../../../src/federation/protocol/validate.ts'
import { VERSION } from '../../../src/federation/protocol/version.ts'
import type { HubStore } from '../../../src/hub/database/open.ts'
import { LIMITS } from '../../../src/hub/server/limits.ts'
import { open, send } from '../../helpers/http.ts'
import { addMember, EPOCH, EPOCH_S, report, startHub, type TestHub } from '../../helpers/hub-server.ts'
import { empty } from '../../helpers/hub-store.ts'
import { openPglite } from '../../helpers/pglite.ts'

let store: HubStore
let hub: TestHub
beforeAll(async () => {
  store = await openPglite()
})
afterAll(() => store.close())
beforeEach(async () => {
  await empty(store)
  hub = await startHub(store, {
    pollMs: 20,
    limits: { address: { ...LIMITS.address, read: { perMinute: 1e9, burst: 1e9 } } },
  })
})
afterEach(() => hub.close())

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  send(`${hub.url}${path}`, { method, headers })
const bytesOf = async (path: string, headers: Record<string, string>) => {
  const answer = await open(`${hub.url}${path}`, { headers })
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return { headers: answer.headers, bytes: Buffer.concat(chunks) }
}

/** Publishes as the aggregation does, and waits until it is served. */
async function publish(epoch: number): Promise<Buffer> {
  const map = { type: 'map', v: '1.0', epoch, epoch_seconds: EPOCH_S, k: 5, members: 5, cells: [] } as const
  const document = seal(map, hub.key)
  const figures = { ttft_p50: 400, ttft_p95: 900, speed: 50, uptime: 0.99, price: 1, members: 5 }
  await store.db
    .insertInto('history')
    .values({ epoch, provider: 'openai', model: 'gpt-4o', figures: JSON.stringify(figures) })
    .execute()
  await store.db
    .insertInto('maps')
    .values({ epoch, document, state: Buffer.alloc(0), created_at: 0 })
    .execute()
  while ((await get('/v1/map')).text !== document.toString()) {}
  return document
}

test('there is no map before the first', async () => {
  const answer = await get('/v1/map')
  expect([answer.status, answer.json?.error]).toEqual([503, expect.objectContaining({ code: 'unavailable' })])
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect((await get('/v1/history.json')).status).toBe(503)
})

test('the map: the same bytes in every encoding, each with its own strong tag', async () => {
  const document = await publish(EPOCH)
  const plain = await bytesOf('/v1/map', {})
  const brotli = await bytesOf('/v1/map', { 'accept-encoding': 'gzip, br' })
  const gzip = await bytesOf('/v1/map', { 'accept-encoding': 'gzip;q=1.0, br;q=0' })
  expect([plain.bytes, brotliDecompressSync(brotli.bytes), gunzipSync(gzip.bytes)]).toEqual([
    document,
    document,
    document,
  ])
  expect([plain, brotli, gzip].map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'br', 'gzip'])
  const tags = [plain, brotli, gzip].map(({ headers }) => headers.etag)
  expect(new Set(tags).size).toBe(3)
  for (const tag of tags) expect(tag).toMatch(/^"[\w-]+"$/)
  expect(brotli.headers).toMatchObject({
    vary: 'accept-encoding',
    'cache-control': 'public, max-age=60',
    'content-type': 'application/vnd.commonroute.signed',
  })
})

test('who has the map is told so, until there is another', async () => {
  await publish(EPOCH - 1)
  const etag = (await get('/v1/map')).headers.etag!
  for (const header of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
    const answer = await get('/v1/map', { 'if-none-match': header })
    expect([answer.status, answer.text, answer.headers.etag]).toEqual([304, '', etag])
  }
  await publish(EPOCH)
  expect((await get('/v1/map', { 'if-none-match': etag })).status).toBe(200)
  expect((await get('/v1/history.json')).json).toMatchObject({
    epochs: [EPOCH - 1, EPOCH],
    series: [{ model: 'gpt-4o', speed: [50, 50] }],
  })
})

test('says what one should know before joining', async () => {
  const info = checkHubInfo((await get('/v1/hub')).json)
  expect(info).toMatchObject({
    v: VERSION,
    name: 'Test hub',
    key: hub.key.publicKey,
    epoch_seconds: EPOCH_S,
    k: 5,
    time: hub.clock.ms / 1000,
  })
})

test('HEAD is GET without the body; other methods are told what there is', async () => {
  for (const path of ['/v1/hub', '/v1/incidents', '/healthz', '/']) {
    const [head, whole] = [await get(path, {}, 'HEAD'), await get(path)]
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', whole.headers['content-length']])
  }
  const wrong = await get('/v1/reports')
  expect([wrong.status, wrong.headers.allow, wrong.json?.error]).toEqual([
    405,
    'POST',
    expect.objectContaining({ code: 'method_not_allowed' }),
  ])
  expect((await get('/v1/incidents/stream', {}, 'HEAD')).status).toBe(405)
  expect((await get('/v1/members/me', {}, 'PUT')).headers.allow).toBe('GET, DELETE')
  expect((await get('/etc/passwd')).json).toEqual({ error: { code: 'not_found', message: expect.any(String) } })
})

test('every answer tells browsers to keep to themselves', async () => {
  for (const path of ['/v1/hub', '/v1/map', '/', '/nothing', '/v1/incidents']) {
    const { headers } = await get(path)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
  }
})

describe('/metrics', () => {
  test('counts what came, and what was refused by code', async () => {
    const key = await addMember(store)
    await hub.sendSigned('/v1/reports', report(), key)
    await hub.sendSigned('/v1/reports', report(), key)
    await hub.sendSigned('/v1/reports', report({ cells: [] }), key)
    const document = await publish(EPOCH)
    const stream = await open(`${hub.url}/v1/incidents/stream`)
    const { text } = await get('/metrics')
    for (const line of [
      'hub_reports_total{status="accepted"} 1',
      'hub_reports_total{status="already"} 1',
      'hub_refused_total{route="/v1/reports",code="conflict"} 1',
      'hub_streams_open 1',
      `hub_map_epoch ${EPOCH}`,
      `hub_map_bytes ${document.length}`,
      'hub_database_errors_total 0',
    ]) {
      expect(text.split('\n')).toContain(line)
    }
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) hub_\w+ .+|hub_\w+(\{[^}]*\})? [\d.e+-]+)$/)
    stream.destroy()
  })

  test('is for this machine and for who has the key; for others it is not there', async () => {
    const keyed = await startHub(store, { metricsKey: 'the-metrics-key' })
    const status = async (headers = {}) => (await send(`${keyed.url}/metrics`, { headers })).status
    const far = { 'x-forwarded-for': '198.51.100.1' }
    expect([await status(), await status(far)]).toEqual([200, 404])
    // Proxies that say it otherwise, or ask by the hub's name.
    for (const proxied of [{ 'x-real-ip': '198.51.100.1' }, { via: '1.1 proxy' }, { host: 'hub.example.com' }])
      expect([proxied, await status(proxied)]).toEqual([proxied, 404])
    expect(await status({ ...far, authorization: 'Bearer the-metrics-key' })).toBe(200)
    expect(await status({ ...far, authorization: 'Bearer the-metrics-kez' })).toBe(404)
    expect(await status({ ...far, authorization: 'Bearer ' })).toBe(404)
    await keyed.close()
  })
})

test('streams are bounded in all and per address', async () => {
  const narrow = await startHub(store, { limits: { streams: 3, streamsPerAddress: 2 }, trustProxy: '127.0.0.1' })
  const stream = (client: string) =>
    open(`${narrow.url}/v1/incidents/stream`, { headers: { 'x-forwarded-for': client } })
  const opened = [
    await stream('192.0.2.1'),
    await stream('192.0.2.1'),
    await stream('192.0.2.1'),
    await stream('192.0.2.2'),
    await stream('192.0.2.3'),
  ]
  expect(opened.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429, 200, 503])
  for (const own of opened) own.destroy()
  await narrow.close()
})
