/** What an upstream says and the router keeps: bounded, and without secrets, wherever it is to be read. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../helpers/dialects.ts'
import { generation } from '../helpers/generation.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { sendJson } from '../helpers/upstream/reply.ts'
import type { Behaviour, Json } from '../helpers/upstream/types.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

const KEY = 'Zq8vX2mN4bL7kJ1hG5fD9sA3pO6iU0yT'
const IN_QUERY = 'QueryParameter77Secret'
const PASSWORD = 'pass-word-of-the-address'
const IN_HEADER = 'HeaderOfAModel99Secret'
let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  router = await startRouter({
    env: { TEST_QUERY_KEY: IN_QUERY },
    config: {
      providers: {
        up: { plugin: 'openai-compatible', base_url: `${upstream.url}?key=\${TEST_QUERY_KEY}`, api_key: KEY },
        basic: { plugin: 'openai-compatible', base_url: upstream.url.replace('//', `//me:${PASSWORD}@`) },
      },
      models: { m: { endpoints: ['up/m'], headers: { 'x-team': IN_HEADER } } },
      routing: { retries: { attempts: 1 } },
      log: { level: 'trace' },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

/** The text of the whole decision log. */
async function decisionLog(): Promise<string> {
  const folder = join(router.stateDirectory, 'outcomes')
  const names = await readdir(folder).catch(() => [])
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('')
}

const whole = (change: Json): Behaviour => {
  const message = { role: 'assistant', content: 'Fine.' }
  const { id = 'chatcmpl-1', finish_reason = 'stop' } = change
  return (exchange) =>
    sendJson(exchange, 200, {
      id,
      object: 'chat.completion',
      model: 'm',
      choices: [{ index: 0, message, finish_reason }],
    })
}

const failing =
  (message: string): Behaviour =>
  (exchange) =>
    sendJson(exchange, 500, { error: { message } })

it('a service tier holds no secret', async () => {
  upstream.script('m', (exchange) =>
    sendJson(exchange, 200, {
      id: 'chatcmpl-1',
      service_tier: KEY,
      choices: [{ index: 0, message: { role: 'assistant', content: 'Fine.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 2 },
    }),
  )
  const { headers } = await ask(router.url, 'openai', 'm', false)
  const { service_tier } = await generation(router.url, headers['x-generation-id'])
  expect(service_tier).toBe('[redacted]')
})

describe('a finish reason', () => {
  it('of megabytes is cut', async () => {
    upstream.script('m', whole({ finish_reason: `${KEY} `.repeat(100_000) }))
    const { headers } = await ask(router.url, 'openai', 'm', false)
    const { finish_reason } = await generation(router.url, headers['x-generation-id'])
    expect(String(finish_reason).length).toBeLessThanOrEqual(64)
    expect(String(finish_reason)).not.toContain(KEY.slice(0, 8).toLowerCase())
  })
})

it('an id that is a secret is not kept as such', async () => {
  upstream.script('m', whole({ id: `id-${KEY}` }))
  const { headers } = await ask(router.url, 'openai', 'm', false)
  expect(await generation(router.url, headers['x-generation-id'])).toMatchObject({ upstream_id: 'id-[redacted]' })
})

describe('an error that tells a secret does not reach the client, the record or the logs', () => {
  const cases: [string, string, string][] = [
    ...[460, 470, 480, 490, 495].map((at): [string, string, string] => [`at ${at}`, '.'.repeat(at) + KEY, KEY]),
    ['in base64', `sent ${Buffer.from(KEY).toString('base64')}`, Buffer.from(KEY).toString('base64')],
    ['in capitals', `sent ${KEY.toUpperCase()}`, KEY.toUpperCase()],
    ['of the address', `GET /v1/chat/completions?key=${IN_QUERY} failed`, IN_QUERY],
    ['of the address, as it is', `it was ${IN_QUERY}`, IN_QUERY],
    ['of a header of the model', `no team ${IN_HEADER}`, IN_HEADER],
  ]
  it.each(cases)('%s', async (_, message, secret) => {
    upstream.script('m', failing(message))
    const { text, headers } = await ask(router.url, 'openai', 'm', false)
    const record = JSON.stringify(await generation(router.url, headers['x-generation-id']))
    for (const place of [text, record, router.logs()]) expect(place).not.toContain(secret.slice(0, 10))
  })

  it('nor the decision log', async () => {
    await expect.poll(async () => (await decisionLog()).split('\n').length).toBeGreaterThan(10)
    const text = await decisionLog()
    for (const secret of [KEY, IN_QUERY, PASSWORD, IN_HEADER])
      expect(text.toLowerCase()).not.toContain(secret.slice(0, 10).toLowerCase())
    expect((await stat(join(router.stateDirectory, 'outcomes'))).mode & 0o077).toBe(0)
  })
})

it('user and password of an address are sent as Basic authorization, and not as a part of it', async () => {
  const { status } = await send(`${router.url}/v1/chat/completions`, {
    body: { model: 'basic/m2', messages: [{ role: 'user', content: 'Hello!' }] },
  })
  expect(status).toBe(200)
  const { headers } = upstream.requests.at(-1)!
  expect(headers.authorization).toBe(`Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`)
})
