/** Conversations stay where their prompt cache lives, over real sockets. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { faults, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

const KEYS = ['sk-client-one', 'sk-client-two']
/** The strategy alternates, so that staying is no accident. */
const CACHED = { usage: { input: 2000, cached: 1024 } }

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  const provider = { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream' }
  const pair = (name: string) => ({ endpoints: [`up/${name}-a`, `up/${name}-b`], strategy: 'round-robin' })
  router = await startRouter({
    config: {
      auth: { keys: KEYS },
      providers: { up: provider },
      models: {
        shares: { endpoints: ['up/shares-a', 'up/shares-b'], strategy: 'weighted' },
        session: pair('session'),
        plain: pair('plain'),
        cached: pair('cached'),
        failing: pair('failing'),
        ordered: pair('ordered'),
      },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})
beforeEach(() => upstream.clear())

async function endpointOf(model: string, more: Json = {}, key = KEYS[0]!): Promise<unknown> {
  const messages = [
    { role: 'system', content: 'be brief' },
    { role: 'user', content: 'hello' },
  ]
  const answer = await send(`${router.url}/v1/chat/completions`, {
    headers: { authorization: `Bearer ${key}` },
    body: { model, messages, ...more },
  })
  return answer.headers['x-router-endpoint']
}

async function endpointsOf(times: number, model: string, more?: Json, key?: string): Promise<number> {
  const seen = new Set<unknown>()
  for (let time = 0; time < times; time++) seen.add(await endpointOf(model, more, key))
  return seen.size
}

it('keeps a session at the endpoint that first answered it, each client key on its own', async () => {
  const session = { session_id: 'conversation-1' }
  const home = await endpointOf('session', session)
  expect(await endpointsOf(4, 'session', session)).toBe(1)
  expect(await endpointOf('session', session)).toBe(home)
  const others = await endpointOf('session', session, KEYS[1])
  expect(await endpointOf('session', session, KEYS[1])).toBe(others)
  expect(await endpointsOf(4, 'session')).toBe(2)
})

it('keeps the shares of `weighted`, whatever all requests of an app have in common, but a session in its place', async () => {
  for (const name of ['shares-a', 'shares-b']) upstream.script(name, reply(CACHED))
  expect(await endpointsOf(24, 'shares')).toBe(2)
  expect(await endpointsOf(24, 'shares', { prompt_cache_key: 'app' })).toBe(2)
  expect(await endpointsOf(24, 'shares', { session_id: 'conversation-1' })).toBe(1)
})

it('keeps a conversation that nobody named once its prompt was read from a cache', async () => {
  expect(await endpointsOf(4, 'plain')).toBe(2)
  for (const name of ['cached-a', 'cached-b']) upstream.script(name, reply(CACHED))
  expect(await endpointsOf(5, 'cached')).toBe(1)
  const other = { messages: [{ role: 'user', content: 'something else' }], prompt_cache_key: 'mine' }
  expect(await endpointsOf(5, 'cached', other)).toBe(1)
})

it('moves on when its home fails, and lives where it was answered', async () => {
  const session = { session_id: 'conversation-2' }
  const home = String(await endpointOf('failing', session))
  upstream.script(home.slice('up/'.length), faults.status(500))
  const next = await endpointOf('failing', session)
  expect(next).not.toBe(home)
  upstream.clear()
  expect(await endpointsOf(3, 'failing', session)).toBe(1)
  expect(await endpointOf('failing', session)).toBe(next)
})

it('is off under provider.order', async () => {
  const session = { session_id: 'conversation-3' }
  const order = { ...session, provider: { order: ['up'] } }
  expect(await endpointsOf(4, 'ordered', order)).toBe(2)
})
