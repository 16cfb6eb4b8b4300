/** Clients that bring keys of their own for providers: `byok` at a key of `auth.keys`. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { sendJson } from '../helpers/upstream/reply.ts'
import { faults, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

const PLAIN = 'client-without-byok'
const OWN = 'client-with-byok'
const BOTH = 'client-with-fallbacks'
const MINE = 'sk-of-the-client-0123456789'

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  router = await startRouter({
    config: {
      auth: { keys: [PLAIN, { key: OWN, byok: true }, { key: BOTH, byok: { allow_fallbacks: true } }] },
      providers: {
        one: {
          plugin: 'openai',
          base_url: upstream.url,
          api_key: 'sk-operator-one',
          organization: 'org-operator',
          headers: { 'x-team': 'operator' },
          passthrough: true,
        },
        two: { plugin: 'anthropic', base_url: upstream.url, api_key: 'sk-operator-two' },
        pool: { plugin: 'openai-compatible', base_url: upstream.url, api_keys: ['sk-pool-first', 'sk-pool-second'] },
        google: { plugin: 'gemini', base_url: upstream.url, api_key: 'sk-operator-google' },
        signed: {
          plugin: 'bedrock',
          base_url: upstream.url,
          access_key_id: 'AKIAOPERATOR',
          secret_access_key: 'SECRET',
        },
        cloud: { plugin: 'vertex', project: 'my-project', access_token: 'ya29.operator', base_url: upstream.url },
      },
      models: { m: { endpoints: ['one/m', 'two/m'] }, pooled: { endpoints: ['pool/pooled'] } },
      routing: { strategy: 'priority' },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})
afterEach(() => upstream.clear())

const ask = (key: string, own: string | undefined, model = 'm', more: object = {}) =>
  send(`${router.url}/v1/chat/completions`, {
    headers: { authorization: `Bearer ${key}`, ...(own !== undefined && { 'x-router-provider-key': own }) },
    body: { model, messages: [{ role: 'user', content: 'Hi' }], ...more },
  })

const keysSent = () =>
  upstream.requests.map(({ headers }) => headers['x-goog-api-key'] ?? headers['x-api-key'] ?? headers.authorization)

it('asks with the key of the client, and with nothing that is of the operator’s account', async () => {
  const { status } = await ask(OWN, `one=${MINE}`)
  expect(status).toBe(200)
  const [{ headers }] = upstream.requests as [(typeof upstream.requests)[number]]
  expect(headers.authorization).toBe(`Bearer ${MINE}`)
  expect(JSON.stringify(headers)).not.toMatch(/operator|org-/)
})

it.each([
  ['two/m', 'two', MINE],
  ['google/m', 'google', MINE],
  ['signed/amazon.nova-lite-v1:0', 'signed', `Bearer ${MINE}`],
])('puts it where the adapter of %s puts a key', async (model, provider, sent) => {
  await ask(OWN, `${provider}=${MINE}`, model)
  expect(new Set(keysSent())).toEqual(new Set([sent]))
})

it('refuses it to keys that do not allow it, before anybody is asked', async () => {
  const { status, json } = await ask(PLAIN, `one=${MINE}`)
  expect(status).toBe(403)
  expect(JSON.stringify(json)).toContain('byok')
  expect(upstream.requests).toEqual([])
})

it.each([
  [`cloud=${MINE}`, 400, 'not one key'],
  [`nobody=${MINE}`, 400, 'not configured'],
  [`pool#2=${MINE}`, 400, 'not configured'],
  [MINE, 400, 'not well formed'],
  [`one=${MINE},one=${MINE}`, 400, 'not well formed'],
])('says what is wrong with %s', async (header, status, text) => {
  const answer = await ask(OWN, header)
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)])
  expect(answer.text).not.toContain(MINE)
  expect(upstream.requests).toEqual([])
})

it('says that a bad key is the client’s, asks nobody else, and leaves the operator’s account well', async () => {
  upstream.script('m', (exchange) =>
    sendJson(exchange, 401, { error: { message: `Incorrect API key provided: ${MINE}`, code: 'invalid_api_key' } }),
  )
  for (let times = 0; times < 6; times++) {
    const { status, text } = await ask(OWN, `one=${MINE}`)
    expect([status, text]).toEqual([401, expect.stringContaining('refused the key that you sent')])
    expect(text).not.toContain(MINE)
  }
  upstream.script('m', reply())
  expect(new Set(keysSent())).toEqual(new Set([`Bearer ${MINE}`]))
  const operator = await ask(PLAIN, undefined)
  expect([operator.status, operator.headers['x-router-endpoint']]).toEqual([200, 'one/m'])
})

it('does not leave out for a client’s own account what the operator’s has met', async () => {
  upstream.script('gone', faults.status(402), reply())
  await ask(PLAIN, undefined, 'one/gone')
  const { status, headers } = await ask(OWN, `one=${MINE}`, 'one/gone')
  expect([status, headers['x-router-endpoint']]).toEqual([200, 'one/gone'])
})

it('goes on to other keys of the client, and never to the operator’s', async () => {
  upstream.script('m', faults.status(500), faults.status(500), faults.status(500))
  const { status } = await ask(OWN, `one=${MINE}, two=${MINE}`)
  expect(keysSent().slice(0, 2)).toEqual([`Bearer ${MINE}`, MINE])
  expect(keysSent().join()).not.toContain('operator')
  expect([200, 502]).toContain(status)
})

it('asks nobody where there is no key for any endpoint', async () => {
  const { status, text } = await ask(OWN, `google=${MINE}`)
  expect([status, text]).toEqual([404, expect.stringContaining('byok')])
})

it('goes on to the operator’s accounts where that is allowed, after the client’s', async () => {
  upstream.script('m', faults.status(401), reply())
  const { status } = await ask(BOTH, `one=${MINE}`)
  expect(status).toBe(200)
  expect(keysSent()).toEqual([`Bearer ${MINE}`, 'Bearer sk-operator-one'])
})

it('takes one of several accounts', async () => {
  await ask(OWN, `pool=${MINE}`, 'pooled')
  expect(keysSent()).toEqual([`Bearer ${MINE}`])
})

it('passes other paths on with it', async () => {
  const { status } = await send(`${router.url}/providers/one/models`, {
    headers: { authorization: `Bearer ${OWN}`, 'x-router-provider-key': `one=${MINE}` },
  })
  expect(status).toBe(200)
  expect(upstream.requests.at(-1)!.headers.authorization).toBe(`Bearer ${MINE}`)
  expect(upstream.requests.at(-1)!.headers).not.toHaveProperty('x-router-provider-key')
})

it('keeps no key of an answer that is passed on, wherever it stands in it', async () => {
  upstream.script('m', (exchange) => sendJson(exchange, 200, { id: `resp-${MINE}`, model: 'm', usage: {} }))
  const { status, headers } = await send(`${router.url}/providers/one/chat/completions`, {
    headers: { authorization: `Bearer ${OWN}`, 'x-router-provider-key': `one=${MINE}` },
    body: { model: 'm', messages: [] },
  })
  expect(status).toBe(200)
  const id = headers['x-generation-id'] as string
  const { text } = await send(`${router.url}/v1/generation?id=${id}`, { headers: { authorization: `Bearer ${OWN}` } })
  expect(text).toContain('"upstream_id":"resp-[redacted]')
})

it('says in its report that it was the client’s account, which cost the operator nothing; and keeps the key nowhere', async () => {
  const { headers } = await ask(OWN, `one=${MINE}`)
  const id = headers['x-generation-id'] as string
  const { json } = await send(`${router.url}/v1/generation?id=${id}`, { headers: { authorization: `Bearer ${OWN}` } })
  expect(json!.data).toMatchObject({ is_byok: true, total_cost: 0 })
  expect(router.logs()).not.toContain(MINE)
})
