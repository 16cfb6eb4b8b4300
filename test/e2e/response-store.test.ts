/** Answers that the router keeps itself: conversations go on at any endpoint, whatever it speaks. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

const KEYS = ['sk-first-client', 'sk-other-client']
const SECRET_TEXT = 'the-secret-of-the-prompt'

const started: Router[] = []
let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream({ text: 'Hello.' })
})
afterAll(async () => {
  await Promise.all(started.map((router) => router.stop()))
  await upstream?.close()
})

async function start(responses: Json, more: Json = {}): Promise<Router> {
  const router = await startRouter({
    config: {
      ...more,
      auth: { keys: KEYS },
      providers: {
        native: { plugin: 'openai', base_url: upstream.url, api_key: 'sk-upstream-secret' },
        chat: { plugin: 'openai-compatible', base_url: upstream.url },
        claude: { plugin: 'anthropic', base_url: upstream.url, api_key: 'sk-ant-upstream-secret' },
      },
      models: {
        chat: { endpoints: ['chat/chat-model'] },
        claude: { endpoints: ['claude/claude-model'] },
        native: { endpoints: ['native/native-model'] },
        any: { endpoints: ['native/failing', 'chat/chat-model'] },
      },
      responses,
      routing: { strategy: 'priority' },
    },
  })
  started.push(router)
  return router
}

async function ask({ url }: Router, body: Json, key = KEYS[0]!) {
  const response = await fetch(`${url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'chat', ...body }),
  })
  const text = await response.text()
  const json = (body.stream ? lastResponse(text) : JSON.parse(text)) as Json
  return { status: response.status, json, endpoint: response.headers.get('x-router-endpoint') }
}

async function call({ url }: Router, method: string, path: string, key = KEYS[0]!) {
  const response = await fetch(`${url}/v1/responses/${path}`, {
    method,
    headers: { authorization: `Bearer ${key}` },
  })
  return { status: response.status, json: (await response.json()) as Json }
}

function lastResponse(text: string): unknown {
  const line = text.split('\n').findLast((each) => each.includes('"response.completed"'))
  return line === undefined ? JSON.parse(text) : JSON.parse(line.slice('data: '.length)).response
}

/** What the upstream was told last, as `role: text`. */
function told(): string[] {
  const { messages } = upstream.requests.at(-1)!.json as { messages: { role: string; content: unknown }[] }
  return messages.map(({ role, content }) => `${role}: ${typeof content === 'string' ? content : textsOf(content)}`)
}
const textsOf = (parts: unknown) => (parts as { text?: string }[]).map(({ text }) => text).join('')

describe('with a store', () => {
  let router: Router
  beforeAll(async () => {
    router = await start({ store: '1h' })
  })

  it.each([
    ['chat', false],
    ['chat', true],
    ['claude', false],
    ['claude', true],
  ])('goes on at %s, stream: %s', async (model, stream) => {
    const first = await ask(router, { model, stream, input: 'One' })
    expect(first.json).toMatchObject({ store: true, status: 'completed' })
    const second = await ask(router, { model, stream, input: 'Two', previous_response_id: first.json.id })
    expect(second.json).toMatchObject({ previous_response_id: first.json.id })
    const third = await ask(router, { model, stream, input: 'Three', previous_response_id: second.json.id })
    expect(third.status).toBe(200)
    expect(told()).toEqual(['user: One', 'assistant: Hello.', 'user: Two', 'assistant: Hello.', 'user: Three'])
  })

  it('goes on elsewhere when who keeps it fails', async () => {
    const first = await ask(router, { model: 'native', input: 'One' })
    upstream.script('failing', ({ response }) => response.writeHead(503).end())
    const second = await ask(router, { model: 'any', input: 'Two', previous_response_id: first.json.id })
    expect(second).toMatchObject({ status: 200, endpoint: 'chat/chat-model' })
    expect(told()).toEqual(['user: One', 'assistant: Hello.', 'user: Two'])
  })

  it('keeps calls of tools with their results', async () => {
    const tools = [{ type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } }]
    const first = await ask(router, { input: 'Weather?', tools })
    const call = (first.json.output as Json[]).find(({ type }) => type === 'function_call')!
    const input = [{ type: 'function_call_output', call_id: call.call_id, output: '20 degrees' }]
    expect((await ask(router, { input, tools, previous_response_id: first.json.id })).status).toBe(200)
    const { messages } = upstream.requests.at(-1)!.json as { messages: Json[] }
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool'])
    expect(messages[2]).toMatchObject({ tool_call_id: call.call_id, content: '20 degrees' })
  })

  it('shows nobody anything of another client', async () => {
    const first = await ask(router, { input: 'One' })
    const other = await ask(router, { input: 'Two', previous_response_id: first.json.id }, KEYS[1])
    expect(other.status).toBe(400)
    const items = [{ type: 'item_reference', id: (first.json.output as Json[])[0]!.id }]
    expect((await ask(router, { input: items }, KEYS[1])).status).toBe(400)
  })

  it('keeps nothing of who does not want it', async () => {
    const first = await ask(router, { input: 'One', store: false })
    expect(first.json.store).toBe(false)
    expect((await ask(router, { input: 'Two', previous_response_id: first.json.id })).status).toBe(400)
  })

  it('tells what it keeps, and forgets it', async () => {
    const first = await ask(router, { input: 'One' })
    const second = await ask(router, { input: 'Two', previous_response_id: first.json.id })
    const id = second.json.id as string
    expect(await call(router, 'GET', id)).toEqual({ status: 200, json: second.json })
    const items = await call(router, 'GET', `${id}/input_items?limit=2&order=asc`)
    expect(items.json).toMatchObject({
      object: 'list',
      has_more: true,
      data: [{ role: 'user' }, { role: 'assistant', content: [{ text: 'Hello.' }] }],
    })
    const rest = await call(router, 'GET', `${id}/input_items?order=asc&after=${items.json.last_id}`)
    expect(rest.json).toMatchObject({ has_more: false, data: [{ role: 'user', content: [{ text: 'Two' }] }] })
    expect((await call(router, 'GET', id, KEYS[1])).status).toBe(404)
    expect((await call(router, 'POST', `${id}/cancel`)).status).toBe(400)
    expect(await call(router, 'DELETE', id)).toEqual({ status: 200, json: { id, object: 'response', deleted: true } })
    expect(await call(router, 'GET', id)).toMatchObject({
      status: 404,
      json: {
        error: {
          message: `Response with id '${id}' not found.`,
          type: 'invalid_request_error',
          param: null,
          code: null,
        },
      },
    })
    const after = await ask(router, { input: 'Three', previous_response_id: id })
    expect(after.json.error).toMatchObject({ code: 'previous_response_not_found', param: 'previous_response_id' })
  })

  it('is closed, and unreadable without its key', async () => {
    await ask(router, { input: SECRET_TEXT })
    const names = (await readdir(router.stateDirectory)).filter((name) => name.startsWith('responses'))
    expect(names).toEqual(expect.arrayContaining(['responses.db', 'responses.key']))
    for (const name of names) {
      const path = join(router.stateDirectory, name)
      expect((await stat(path)).mode & 0o777).toBe(0o600)
      expect((await readFile(path)).includes(SECRET_TEXT)).toBe(false)
    }
  })

  it('survives a crash', async () => {
    const first = await ask(router, { input: 'One' })
    await router.kill9()
    router = await router.restart()
    started.push(router)
    expect((await ask(router, { input: 'Two', previous_response_id: first.json.id })).status).toBe(200)
    expect(told()).toEqual(['user: One', 'assistant: Hello.', 'user: Two'])
  })

  it('is shared by several processes', async () => {
    const many = await start({ store: '1h' }, { server: { workers: 2 } })
    const first = await ask(many, { input: 'One' })
    for (let i = 0; i < 8; i++)
      expect((await ask(many, { input: 'Two', previous_response_id: first.json.id })).status).toBe(200)
  })
})

describe('without a store', () => {
  let router: Router
  beforeAll(async () => {
    router = await start({})
  })

  it('finds items of translated answers, for clients that refer to them', async () => {
    const first = await ask(router, { input: 'One' })
    expect(first.json.store).toBe(false)
    const reference = { type: 'item_reference', id: (first.json.output as Json[])[0]!.id }
    const input = [{ role: 'user', content: 'One' }, reference, { role: 'user', content: 'Two' }]
    expect((await ask(router, { input })).status).toBe(200)
    expect(told()).toEqual(['user: One', 'assistant: Hello.', 'user: Two'])
  })

  it('keeps no conversation, and leaves no file', async () => {
    const first = await ask(router, { input: 'One' })
    const { status, json } = await ask(router, { input: 'Two', previous_response_id: first.json.id })
    expect(status).toBe(400)
    expect(json.error).toMatchObject({ code: 'unsupported_parameter', param: 'previous_response_id' })
    expect((await readdir(router.stateDirectory)).filter((name) => name.startsWith('responses'))).toEqual([])
  })
})
