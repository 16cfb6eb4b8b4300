/** What is held against endpoints, whom it concerns, and how a person takes it back. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { type Behaviour, faults, startUpstream, type Upstream } from '../helpers/upstream.ts'

const KEY = { authorization: 'Bearer sk-client' }

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  const up = { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream' }
  const pair = (name: string) => ({ endpoints: [`up/${name}`, `other/${name}-too`] })
  router = await startRouter({
    config: {
      auth: { keys: ['sk-client'] },
      providers: { up, other: up },
      models: { key: pair('key'), file: pair('file'), server: pair('server'), chat: pair('chat-only') },
      routing: { strategy: 'priority' },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

async function chat(model: string, text: string): Promise<unknown> {
  const body = { model, messages: [{ role: 'user', content: text }] }
  const { headers } = await send(`${router.url}/v1/chat/completions`, { body, headers: KEY })
  return headers['x-router-endpoint']
}

async function states(): Promise<Record<string, Json>> {
  const { json } = await send(`${router.url}/v1/router/endpoints`, { headers: KEY })
  return Object.fromEntries((json!.data as Json[]).map((state) => [state.endpoint, state]))
}

const missing =
  (message: string): Behaviour =>
  ({ response }) =>
    response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message } }))

it('shows an ejected endpoint, and lets a person close its breaker', async () => {
  upstream.script('key', faults.status(401))
  expect(await chat('key', 'hello')).toBe('other/key-too')
  const open = (await states())['up/key']
  expect(open).toMatchObject({ state: 'open', last_fault: 'provider_auth', retry_at: expect.stringMatching(/^\d{4}-/) })
  // It listens at a port that no file names.
  const listed = await router.cli('endpoints')
  expect(listed.stdout).toMatch(/up\/key +open +\d+ s .*provider_auth/)
  upstream.clear()
  expect(await chat('key', 'hello again')).toBe('other/key-too')
  const closed = await router.cli('endpoints', 'close', 'up/key', '--url', router.url)
  expect(closed).toMatchObject({ code: 0, stdout: 'up/key is used again.\n' })
  expect((await states())['up/key']).toMatchObject({ state: 'closed' })
  expect(await chat('key', 'and again')).toBe('up/key')
})

it('believes what may be one request’s fault when a second, different request meets it', async () => {
  upstream.script('file', missing('No such file: file-abc'))
  for (let time = 0; time < 3; time++) expect(await chat('file', 'the same')).not.toBe('up/file')
  expect((await states())['up/file']).toMatchObject({ state: 'closed' })
  upstream.clear()
  expect(await chat('file', 'fine')).toBe('up/file')
})

it('does not believe a firewall about the endpoint that dislikes one prompt', async () => {
  upstream.script('file', faults.htmlError(403))
  for (let time = 0; time < 5; time++) expect(await chat('file', 'DROP TABLE')).toBe('other/file-too')
  expect((await states())['up/file']).toMatchObject({ state: 'closed' })
  // Three different ones, and no success in between.
  for (const text of ['one', 'two', 'three']) await chat('file', text)
  expect((await states())['up/file']).toMatchObject({ state: 'open' })
  upstream.clear()
})

it('leaves an operation out that is missing, and only that', async () => {
  upstream.script('server', ({ request, response }) =>
    request.path.endsWith('/embeddings')
      ? response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}')
      : response.writeHead(503).end(),
  )
  for (const input of ['one', 'two'])
    await send(`${router.url}/v1/embeddings`, { body: { model: 'server', input }, headers: KEY })
  upstream.clear()
  expect((await states())['up/server']).toMatchObject({
    state: 'closed',
    operations: [{ operation: 'embedding', state: 'open', last_fault: 'provider_not_found' }],
  })
  expect(await chat('server', 'hello')).toBe('up/server')
  const { text } = await send(`${router.url}/metrics`, { headers: KEY })
  expect(text).toContain('commonroute_operation_breaker_state{endpoint="up/server",operation="embedding"} 3')
})

it('needs a key, and names what is not configured', async () => {
  expect((await send(`${router.url}/v1/router/endpoints`)).status).toBe(401)
  const close = `${router.url}/v1/router/endpoints/close`
  expect((await send(`${close}?endpoint=up/key`, { method: 'POST' })).status).toBe(401)
  const unknown = await send(`${close}?endpoint=up/nothing`, { method: 'POST', headers: KEY })
  expect(unknown).toMatchObject({
    status: 404,
    text: expect.stringContaining('No endpoint \\"up/nothing\\" is configured'),
  })
  expect((await router.cli('endpoints', 'close', 'up/nothing', '--url', router.url)).code).not.toBe(0)
})

it('keeps an endpoint for chat whose model is unknown at another operation', async () => {
  upstream.script('chat-only', missing('The model `chat-only` does not exist.'))
  upstream.script('chat-only-too', missing('The model `chat-only-too` does not exist.'))
  const body = { model: 'chat', input: 'hello' }
  expect((await send(`${router.url}/v1/embeddings`, { body, headers: KEY })).status).toBe(404)
  upstream.clear()
  expect((await states())['up/chat-only']).toMatchObject({ state: 'closed' })
  expect(await chat('chat', 'hello')).toBe('up/chat-only')
})
