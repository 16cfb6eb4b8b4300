/** `/providers/{id}/*`: any path of a provider, with its key and never the client's. */
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AnyUpstream, json, startAnyUpstream } from '../helpers/any-upstream.ts'
import { open, send } from '../helpers/http.ts'
import { rawConnection } from '../helpers/raw.ts'
import { type Router, startRouter } from '../helpers/router.ts'

const KEY = 'sk-client-key-1'
const OTHER_KEY = 'sk-client-key-2'
const SECRET = 'sk-provider-secret-key'

let upstream: AnyUpstream
let elsewhere: AnyUpstream
let router: Router

beforeAll(async () => {
  elsewhere = await startAnyUpstream((_asked, response) => response.end('elsewhere'))
  upstream = await startAnyUpstream(({ method, url, headers, body }, response) => {
    if (url.startsWith('/v1/echo')) json(response, { url, headers, body: body.toString('base64') })
    else if (url === '/v1/usage')
      json(response, { id: 'x-1', model: 'gpt-priced', usage: { prompt_tokens: 1000, completion_tokens: 500 } })
    else if (url === '/v1/job') json(response, { id: 'job-1', usage: { cost: 0.5 } })
    else if (url === '/v1/cost') json(response, { usage: { cost: 0.25 } })
    else if (url === '/v1/redirect') response.writeHead(302, { location: `${elsewhere.origin}/x` }).end()
    else if (url === '/v1/missing') json(response, { error: { message: `no ${SECRET} here` } }, 404)
    else if (url === '/v1/refused') json(response, { error: { message: '模型不存在' } }, 400)
    else if (url === '/v1/thing')
      response.writeHead(200, { 'content-length': '4', etag: '"1"' }).end(method === 'HEAD' ? '' : 'body')
    else response.writeHead(204).end()
  })
  const price = { prompt: 1, completion: 2 }
  router = await startRouter({
    config: {
      auth: { keys: [KEY, OTHER_KEY] },
      server: { upload_limit: '1mb' },
      providers: {
        open: { plugin: 'openai', base_url: `${upstream.origin}/v1`, api_key: SECRET, passthrough: true, price },
        shut: { plugin: 'openai', base_url: `${upstream.origin}/v1`, api_key: SECRET },
        mine: {
          plugin: 'openai',
          base_url: `${upstream.origin}/v1`,
          api_key: SECRET,
          passthrough: { keys: [KEY], concurrency: 1 },
        },
      },
      models: { m: { endpoints: ['open/gpt-priced'] } },
      routing: { timeouts: { response: '3s', idle: '3s' } },
    },
  })
})
afterAll(async () => {
  await router.stop()
  await upstream.close()
  await elsewhere.close()
})
beforeEach(() => {
  upstream.raw = undefined
})

const auth = { authorization: `Bearer ${KEY}` }
const at = (path: string): string => `${router.url}/providers/${path}`

describe('what is sent on', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('%s with its path, query and body', async (method) => {
    const body = method === 'GET' ? {} : { body: Buffer.from([0, 255, 1, 2, 10, 13]) }
    const headers = { ...auth, 'x-vendor': 'yes', 'content-type': 'application/octet-stream', cookie: 'a=b' }
    const { status, json: answer } = await send(at('open/echo/a%2Fb?x=1&y=%20'), { method, headers, ...body })
    const seen = answer as { url: string; headers: Record<string, string>; body: string }
    expect(status).toBe(200)
    expect(upstream.asked.at(-1)?.method).toBe(method)
    expect(seen.url).toBe('/v1/echo/a%2Fb?x=1&y=%20')
    expect(seen.headers['x-vendor']).toBe('yes')
    expect(seen.headers.cookie).toBeUndefined()
    if (method !== 'GET') expect(seen.body).toBe('AP8BAgoN')
  })

  test('the version of the base address may be written too', async () => {
    await send(at('open/v1/echo'), { headers: auth })
    expect(upstream.asked.at(-1)?.url).toBe('/v1/echo')
  })

  test('the provider’s key, and never the client’s, wherever it stands; nor is the former returned', async () => {
    for (const [path, headers] of [
      ['open/echo', { authorization: `Bearer ${KEY}`, 'x-goog-api-key': KEY, 'x-mine': `say ${KEY}` }],
      ['open/echo', { 'x-api-key': KEY }],
      ['open/echo', { 'xi-api-key': KEY }],
      [`open/echo?key=${KEY}&a=1`, {}],
    ] as const) {
      const { status, text } = await send(at(path), { headers: { ...headers } })
      expect(status).toBe(200)
      const sent = upstream.asked.at(-1)!
      expect(sent.headers.authorization).toBe(`Bearer ${SECRET}`)
      expect(JSON.stringify(sent.headers) + sent.url).not.toContain(KEY)
      expect(text).not.toContain(SECRET)
    }
  })

  test('HEAD has a head only', async () => {
    const answer = await send(at('open/thing'), { method: 'HEAD', headers: auth })
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({ 'content-length': '4', etag: '"1"' })
    expect(answer.text).toBe('')
  })
})

describe('what is refused', () => {
  test.each([
    'open/../echo',
    'open/%2e%2e/echo',
    'open/a/%252e%252e/%252e%252e/x',
    'open/..%2fecho',
    'open/..%5cecho',
    'open/a/..;x/echo',
    'open/%zz',
    'open/a%00b',
  ])('a path that leads elsewhere: %s', async (path) => {
    const before = upstream.asked.length
    const raw = rawConnection(router.url)
    raw.write(
      `GET /providers/${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${KEY}\r\nconnection: close\r\n\r\n`,
    )
    expect(await raw.closed).toMatch(/^HTTP\/1\.1 400/)
    expect(upstream.asked.length).toBe(before)
  })

  test('a provider that is not open, or unknown: 404', async () => {
    const { status, json: body } = await send(at('shut/echo'), { headers: auth })
    expect(status).toBe(404)
    expect(body).toMatchObject({ error: { message: expect.stringContaining('passthrough: true') } })
    expect((await send(at('nobody/echo'), { headers: auth })).status).toBe(404)
  })

  test('no key: 401; a key that may not: 403', async () => {
    expect((await send(at('open/echo'))).status).toBe(401)
    expect((await send(at('mine/echo'), { headers: { 'x-api-key': OTHER_KEY } })).status).toBe(403)
    expect((await send(at('mine/echo'), { headers: { 'x-api-key': KEY } })).status).toBe(200)
  })

  test('a body beyond the limit: 413, whether it says so or not', async () => {
    const big = Buffer.alloc(1_100_000)
    expect((await send(at('open/echo'), { headers: auth, body: big })).status).toBe(413)
    const answer = await fetch(at('open/echo'), {
      method: 'POST',
      headers: auth,
      body: new Blob([big]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect(answer.status).toBe(413)
  })

  test('more at once than allowed: 503', async () => {
    let release: () => void = () => {}
    upstream.raw = (_request, response) => {
      release = () => response.end('done')
    }
    const first = send(at('mine/slow'), { headers: auth })
    await expect.poll(() => release.toString()).toContain('done')
    const second = await send(at('mine/slow'), { headers: auth })
    expect(second.status).toBe(503)
    expect(second.headers['retry-after']).toBe('1')
    release()
    expect((await first).text).toBe('done')
  })
})

test('a redirection is passed on and not followed', async () => {
  const answer = await send(at('open/redirect'), { headers: auth })
  expect(answer.status).toBe(302)
  expect(answer.headers.location).toBe(`${elsewhere.origin}/x`)
  expect(elsewhere.asked).toHaveLength(0)
})

test('an error is passed on as it is, but for secrets', async () => {
  const answer = await send(at('open/missing'), { headers: auth })
  expect(answer.status).toBe(404)
  expect(answer.text).toBe(`{"error":{"message":"no ${'*'.repeat(SECRET.length)} here"}}`)
})

test('an error is recorded with what it says, in any language', async () => {
  const { headers } = await send(at('open/refused'), { headers: auth })
  const { json: found } = await send(`${router.url}/v1/generation?id=${headers['x-generation-id']}`, { headers: auth })
  expect(JSON.stringify(found)).toContain('模型不存在')
})

test('events arrive as they are sent', async () => {
  let say: (text: string) => void = () => {}
  upstream.raw = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    say = (text) => (text === '' ? response.end() : response.write(text))
  }
  const incoming = await open(at('open/stream'), { headers: auth })
  for (const text of ['data: one\n\n', 'data: two\n\n']) {
    say(text)
    const [chunk] = (await once(incoming, 'data')) as [Buffer]
    expect(chunk.toString()).toBe(text)
  }
  say('')
  await once(incoming, 'end')
})

test('a large body is streamed both ways', async () => {
  upstream.raw = (request, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    request.pipe(response)
  }
  const body = Buffer.alloc(900_000, 'abc')
  const answer = await fetch(at('open/copy'), { method: 'POST', headers: auth, body })
  expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true)
})

test('an answer that comes before the body has been sent leaves the connection in order', async () => {
  upstream.raw = (_request, response) => {
    response.writeHead(429, { 'content-length': '4', connection: 'close' }).end('soon')
  }
  const raw = rawConnection(router.url)
  const head = `host: 127.0.0.1\r\nauthorization: Bearer ${KEY}\r\n`
  raw.write(`POST /providers/open/early HTTP/1.1\r\n${head}content-length: 500000\r\n\r\n`)
  raw.write(Buffer.alloc(100_000, 'x'))
  await raw.waitFor(/HTTP\/1\.1 429[\s\S]*soon$/)
  upstream.raw = undefined
  raw.write(Buffer.alloc(400_000, 'x'))
  raw.write(`GET /providers/open/thing HTTP/1.1\r\n${head}\r\n`)
  await raw.waitFor(/HTTP\/1\.1 200[\s\S]*body$/)
  raw.destroy()
})

test('an upstream that hangs, or breaks off', async () => {
  upstream.raw = () => {}
  const hung = await send(at('open/hang'), { headers: auth })
  expect(hung.status).toBe(504)
  upstream.raw = (request) => void request.socket.resetAndDestroy()
  expect((await send(at('open/cut'), { headers: auth })).status).toBe(502)
  upstream.raw = (request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => request.socket.resetAndDestroy())
  }
  await expect(send(at('open/cut'), { headers: auth })).rejects.toThrow()
})

test('a client that leaves takes the upstream’s request with it', async () => {
  const gone = new Promise<void>((resolve) => {
    upstream.raw = (_request, response) => {
      response.writeHead(200).write('x')
      response.once('close', resolve)
    }
  })
  const outgoing = httpRequest(at('open/long'), { headers: auth }).end()
  outgoing.on('error', () => {})
  await once(outgoing, 'response')
  outgoing.destroy()
  await gone
})

test('a job that is asked for again and again costs once', async () => {
  const costs: unknown[] = []
  for (let time = 0; time < 2; time++) {
    const { headers } = await send(at('open/job'), { headers: auth })
    const found = await send(`${router.url}/v1/generation?id=${headers['x-generation-id']}`, { headers: auth })
    costs.push((found.json as { data: { total_cost: number } }).data.total_cost)
  }
  expect(costs).toEqual([0.5, 0])
})

test('a request may ask for less patience', async () => {
  upstream.raw = () => {}
  const headers = { ...auth, 'x-router-timeouts': 'response=50ms' }
  const { status, text } = await send(at('open/hang'), { headers })
  expect(status).toBe(504)
  expect(text).toContain('50 ms')
})

test('it is recorded as a kind of its own, with what it cost', async () => {
  for (const [path, usd] of [
    ['usage', 0.002],
    ['cost', 0.25],
  ] as const) {
    const { headers } = await send(at(`open/${path}`), { headers: auth })
    const { json: found } = await send(`${router.url}/v1/generation?id=${headers['x-generation-id']}`, {
      headers: auth,
    })
    const record = found?.data
    expect(record).toMatchObject({ outcome: 'ok', total_cost: usd, requested_model: `GET open/${path}` })
  }
  const { text } = await send(`${router.url}/metrics`, { headers: auth })
  expect(text).toMatch(/commonroute_requests_total\{operation="passthrough",kind="ok"\} \d/)
  expect(text).toMatch(/attempts_total\{endpoint="open\/\*",kind="ok"\} \d/)
})
