/** Slow, lying and too many clients, on sockets. */
import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { generateSigningKey, type SigningKey } from '../../../src/federation/protocol/keys.ts'
import { seal } from '../../../src/federation/protocol/signed.ts'
import type { HubStore } from '../../../src/hub/database/open.ts'
import { open, send, upload } from '../../helpers/http.ts'
import { addMember, report, SIGNED_TYPE, startHub, type TestHub } from '../../helpers/hub-server.ts'
import { empty } from '../../helpers/hub-store.ts'
import { openPglite } from '../../helpers/pglite.ts'
import { postHead, type RawConnection, rawConnection } from '../../helpers/raw.ts'

const QUICK = { headersMs: 150, requestMs: 300, idleMs: 5_000 }

let store: HubStore
let hub: TestHub
let key: SigningKey
const connections: RawConnection[] = []
const connect = (url = hub.url) => {
  const connection = rawConnection(url)
  connections.push(connection)
  return connection
}

beforeAll(async () => {
  store = await openPglite()
})
afterAll(() => store.close())
beforeEach(async () => {
  await empty(store)
  hub = await startHub(store)
  key = await addMember(store)
})
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy()
  await hub.close()
})

const SIGNED = { 'content-type': SIGNED_TYPE }
const reportHead = (length: number | 'chunked', headers = {}) =>
  postHead('/v1/reports', length, { ...SIGNED, ...headers }).replace('content-type: application/json\r\n', '')

test('a head that never ends, and a body that never comes, are given up', async () => {
  const quick = await startHub(store, { limits: QUICK })
  const [slowHead, slowBody, silent] = [connect(quick.url), connect(quick.url), connect(quick.url)]
  slowHead.write('POST /v1/reports HTTP/1.1\r\nhost: hub\r\nx-slow: ')
  slowBody.write(`${reportHead(100)}{"key"`)
  expect(await slowHead.closed).toMatch(/^HTTP\/1.1 408 .*"code":"too_slow"/s)
  expect(await slowBody.closed).toContain('408')
  expect(await silent.closed).not.toContain('200')
  await quick.close()
})

test('what is larger than a report is refused, whatever its length claims', async () => {
  const large = 'x'.repeat(400_000)
  for (const chunked of [false, true]) {
    const answer = await upload(`${hub.url}/v1/reports`, large, { headers: SIGNED, chunked })
    expect([answer.status, answer.json?.error]).toEqual([413, expect.objectContaining({ code: 'too_large' })])
  }
  const claimed = connect()
  claimed.write(reportHead(10_000_000_000))
  expect(await claimed.closed).toMatch(/^HTTP\/1.1 413 /)
})

test('an upload without end is cut off', async () => {
  const endless = connect()
  endless.write(reportHead('chunked'))
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
  let [sent, closed] = [0, false]
  endless.socket.once('close', () => {
    closed = true
  })
  while (!closed && sent < 1_000) {
    if (!endless.socket.write(chunk))
      await Promise.race([once(endless.socket, 'drain').catch(() => {}), endless.closed])
    sent++
  }
  await endless.closed
  expect(sent).toBeLessThan(1_000)
})

test('a content-length that is too small leaves the rest to be read as nonsense, and stores nothing', async () => {
  const bytes = gzipSync(seal(report(), key))
  const connection = connect()
  connection.write(reportHead(bytes.length - 10, { 'content-encoding': 'gzip' }))
  connection.write(bytes)
  expect(await connection.closed).toMatch(/"code":"bad_request"/)
  expect(await store.db.selectFrom('reports').selectAll().execute()).toEqual([])
})

test.each([
  ['no HTTP', 'hello hub\r\n\r\n', 400],
  ['a head of 64 KB', `GET /v1/hub HTTP/1.1\r\nhost: hub\r\nx: ${'x'.repeat(65_536)}\r\n\r\n`, 431],
  [
    'two lengths',
    'POST /v1/reports HTTP/1.1\r\nhost: hub\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n',
    400,
  ],
  ['a path that cannot be decoded', 'GET /%zz HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n', 400],
])('%s is answered with a code', async (_what, text, status) => {
  const connection = connect()
  connection.write(text)
  expect(await connection.closed).toMatch(new RegExp(`^HTTP/1.1 ${status} .*"error":\\{"code":`, 's'))
})

test('more connections than it has room for are closed, the others served', async () => {
  const small = await startHub(store, { limits: { connections: 2 } })
  const held = [connect(small.url), connect(small.url)]
  await Promise.all(held.map((connection) => once(connection.socket, 'connect')))
  expect(await connect(small.url).closed).toBe('')
  held[0]!.write('GET /v1/hub HTTP/1.1\r\nhost: hub\r\n\r\n')
  expect(await held[0]!.waitFor(/epoch_seconds/)).toMatch(/^HTTP\/1.1 200 /)
  await small.close()
})

test('too many requests from one address are put off; behind a proxy each client has its own', async () => {
  const rate = { perMinute: 1, burst: 2 }
  const address = { read: rate, report: rate, alarm: rate, enrol: rate, enrolOpenly: rate }
  const proxied = await startHub(store, { limits: { address }, trustProxy: '127.0.0.1' })
  const read = async (client: string) =>
    (await send(`${proxied.url}/v1/hub`, { headers: { 'x-forwarded-for': client } })).status
  const first = [await read('192.0.2.1'), await read('192.0.2.1'), await read('192.0.2.1')]
  expect([first, await read('192.0.2.2')]).toEqual([[200, 200, 429], 200])
  await proxied.close()
  const plain = await startHub(store, { limits: { address } })
  const answers = []
  for (const client of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
    answers.push(await send(`${plain.url}/v1/hub`, { headers: { 'x-forwarded-for': client } }))
  }
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
  expect(answers[2]!.headers['retry-after']).toBe('60')
  await plain.close()
})

test('no address is logged or stored', async () => {
  const proxied = await startHub(store, { trustProxy: '127.0.0.1' })
  const from = { 'x-forwarded-for': '203.0.113.77' }
  await proxied.post('/v1/reports', seal(report(), key), from)
  await proxied.post('/v1/reports', seal(report(), generateSigningKey()), from)
  await send(`${proxied.url}/secret-path?token=1`, { headers: from })
  const stream = await open(`${proxied.url}/v1/incidents/stream`, { headers: from })
  stream.destroy()
  await proxied.close()
  const tables = await store.db.introspection.getTables()
  const rows = await Promise.all(
    tables.map(({ name }) =>
      store.db
        .selectFrom(name as 'members')
        .selectAll()
        .execute(),
    ),
  )
  const everything = proxied.logged.join('') + JSON.stringify(rows)
  expect(proxied.logged.join('')).toContain('"route":"/v1/reports","status":202')
  for (const part of ['203.0.113', '127.0.0.1', 'secret-path', 'token']) expect(everything).not.toContain(part)
})

test('one address holds some connections and no more, and silent ones are closed', async () => {
  const limits = { connectionsPerAddress: 3, headersMs: 1_500 }
  const small = await startHub(store, { limits })
  const held = [connect(small.url), connect(small.url), connect(small.url)]
  await Promise.all(held.map((connection) => once(connection.socket, 'connect')))
  expect(await connect(small.url).closed).toBe('')
  // Nothing was ever said on them.
  await Promise.all(held.map(({ closed }) => closed))
  expect((await send(`${small.url}/v1/hub`)).status).toBe(200)
  await small.close()
  const proxied = await startHub(store, { limits: { connectionsPerAddress: 3 }, trustProxy: '127.0.0.0/8' })
  const many = Array.from({ length: 9 }, () => connect(proxied.url))
  await Promise.all(many.map((connection) => once(connection.socket, 'connect')))
  expect((await send(`${proxied.url}/v1/hub`)).status).toBe(200)
  await proxied.close()
})
