/** Who may use a router: probes, browsers, clients with two keys, and a reload that would open it to the world. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, dialects } from '../helpers/dialects.ts'
import { send } from '../helpers/http.ts'
import { postHead, rawConnection } from '../helpers/raw.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

const KEY = 'sk-client-key-of-the-test'
let upstream: Upstream
let keyed: Router
let open: Router

const configOf = (more: Json): Json => ({
  providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
  models: { m: { endpoints: ['up/m'] } },
  ...more,
})

beforeAll(async () => {
  upstream = await startUpstream({ text: 'Fine.' })
  keyed = await startRouter({ config: configOf({ auth: { keys: [KEY] }, server: { host: '0.0.0.0' } }) })
  open = await startRouter({ config: configOf({}) })
})
afterAll(async () => {
  await keyed?.stop()
  await open?.stop()
  await upstream?.close()
})

describe('load balancers', () => {
  it.each(['/health', '/ready', '/health/', '/health?from=balancer'])(
    'may ask %s without a key, with GET and HEAD',
    async (path) => {
      for (const method of ['GET', 'HEAD']) expect((await send(`${keyed.url}${path}`, { method })).status).toBe(200)
    },
  )
})

it('metrics need a key like everything else, and count what was asked', async () => {
  expect((await send(`${keyed.url}/metrics`)).status).toBe(401)
  const headers = { authorization: `Bearer ${KEY}` }
  await ask(keyed.url, 'openai', 'm', true, { headers })
  await ask(keyed.url, 'openai', 'up/named-by-a-client', false, { headers })
  const { text, headers: got } = await send(`${keyed.url}/metrics`, { headers })
  expect(got['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(text).toMatch(/^commonroute_attempts_total\{endpoint="up\/m",kind="ok"\} [1-9]/m)
  expect(text).toMatch(/^commonroute_attempts_total\{endpoint="other",kind="ok"\} 1$/m)
  expect(text).not.toContain('named-by-a-client')
})

describe('a client that sends two keys', () => {
  const body = dialects.anthropic.request('m', false)
  const status = async (bearer: string, apiKey: string) => {
    const headers = { authorization: `Bearer ${bearer}`, 'x-api-key': apiKey }
    return (await send(`${keyed.url}/v1/messages`, { body, headers })).status
  }
  it('is let in by either', async () => {
    expect(await status(KEY, 'sk-of-another-service')).toBe(200)
    expect(await status('sk-of-another-service', KEY)).toBe(200)
    expect(await status('sk-of-another-service', 'sk-of-a-third')).toBe(401)
  })
})

describe('web pages in a browser on the same machine', () => {
  const body = JSON.stringify(dialects.openai.request('m', false))
  const from = (router: Router, origin: string, headers: Record<string, string> = {}) =>
    send(`${router.url}/v1/chat/completions`, {
      method: 'POST',
      body,
      headers: { origin, 'content-type': 'text/plain', ...headers },
    })

  it.each(['https://evil.example', 'http://localhost.evil.example', 'null', 'http://127.0.0.1.evil.example:4000'])(
    'of %s may not use a router without keys',
    async (origin) => {
      const answer = await from(open, origin)
      expect(answer.status).toBe(403)
      expect(answer.json).toMatchObject({ error: { message: expect.stringContaining('auth.keys') } })
    },
  )
  it.each([
    'http://localhost:3000',
    'http://127.0.0.1:8080',
    'http://[::1]:5173',
    'app://chat',
    'http://chat.localhost',
  ])('of this machine (%s) may', async (origin) => {
    expect((await from(open, origin)).status).toBe(200)
  })
  it('may with a key', async () => {
    expect((await from(keyed, 'https://app.example', { authorization: `Bearer ${KEY}` })).status).toBe(200)
  })
})

it('a reload cannot take the keys from a router that others can reach, whatever address it names', async () => {
  const since = keyed.logs().length
  const refused = keyed.waitForLog(/refused/, since)
  await keyed.writeConfig(configOf({ server: { host: '127.0.0.1' } }))
  await refused
  expect(keyed.logs().slice(since)).toContain('auth.keys')
  expect((await ask(keyed.url, 'openai', 'm', false)).status).toBe(401)
})

describe('a router without keys', () => {
  const get = (path: string, headers: Record<string, string>) => send(`${open.url}${path}`, { headers })

  it.each(['/v1/models', '/metrics', '/v1/generation?id=gen-1-x'])(
    'does not answer %s to a name that is not its own',
    async (path) => {
      const answer = await get(path, { host: 'evil.example:4000' })
      expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('server.allowed_hosts')])
      expect((await get(path, { host: 'localhost:4000' })).status).not.toBe(403)
    },
  )
  it('does not answer another site that shows it as an image', async () => {
    expect((await get('/v1/models', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).status).toBe(403)
    expect((await get('/v1/models', { 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })
  it('takes on the names and origins of a reload', async () => {
    const since = open.logs().length
    const taken = open.waitForLog(/reloaded/, since)
    await open.writeConfig(
      configOf({ server: { allowed_hosts: ['router.lan'], allowed_origins: ['moz-extension://*'] } }),
    )
    await taken
    expect((await get('/v1/models', { host: 'router.lan:4000' })).status).toBe(200)
    expect((await get('/v1/models', { origin: 'moz-extension://0f3c' })).status).toBe(200)
    expect((await get('/v1/models', { origin: 'chrome-extension://0f3c' })).status).toBe(403)
  })
})

it.each(['GET', 'HEAD'])('%s / says what this is, without a key', async (method) => {
  const { status, json } = await send(`${keyed.url}/`, { method })
  expect(status).toBe(200)
  if (method === 'GET') expect(json).toMatchObject({ name: 'Commonroute', openai: '/v1', openrouter: '/api/v1' })
})

it('two Host headers are refused', async () => {
  const connection = rawConnection(open.url)
  connection.write('GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nhost: localhost\r\n\r\n')
  expect(await connection.waitFor(/Host header/)).toMatch(/^HTTP\/1.1 400 /)
  connection.destroy()
})

it('hangs up on a stranger who does not end its body, with the answer', async () => {
  const connection = rawConnection(keyed.url)
  connection.write(`${postHead('/v1/chat/completions', 1000)}{`)
  expect(await connection.closed).toMatch(/^HTTP\/1.1 401 .*connection: close/is)
})
