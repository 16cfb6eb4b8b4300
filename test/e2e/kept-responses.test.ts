/** What an upstream keeps and requests refer to by an id: asked for where it is, and of nobody else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { faults, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

const KEYS = ['sk-first-client', 'sk-other-client']

let one: Upstream
let two: Upstream
let router: Router
beforeAll(async () => {
  one = await startUpstream({ text: 'one' })
  two = await startUpstream({ text: 'two' })
  const openai = ({ url }: Upstream) => ({ plugin: 'openai', base_url: url, api_key: 'sk-upstream-secret' })
  router = await startRouter({
    config: {
      auth: { keys: KEYS },
      providers: {
        one: openai(one),
        two: openai(two),
        chat: { plugin: 'openai-compatible', base_url: one.url },
        claude: { plugin: 'anthropic', base_url: one.url, api_key: 'sk-ant-upstream-secret' },
      },
      models: {
        both: { endpoints: ['one/m', 'two/m', 'chat/m'], strategy: 'round-robin' },
        'translated-only': { endpoints: ['chat/m'] },
        threads: { endpoints: ['claude/m', 'chat/m'] },
      },
      routing: { affinity: { ttl: 'off' } },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await Promise.all([one?.close(), two?.close()])
})

async function post(path: string, body: Json, key = KEYS[0]!) {
  const response = await fetch(`${router.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  })
  return { status: response.status, endpoint: response.headers.get('x-router-endpoint'), text: await response.text() }
}

const ask = async (body: Json, key?: string) => {
  const answer = await post('/v1/responses', { model: 'both', input: 'Hi', ...body }, key)
  return { ...answer, json: body.stream ? {} : (JSON.parse(answer.text) as Json) }
}
const error = (json: Json) => json.error as Json

/** From a native endpoint. */
async function kept(body: Json = {}): Promise<{ id: string; item: string; endpoint: string }> {
  const { endpoint, text } = await ask({ ...body, provider: { only: ['one', 'two'] } })
  const id = /"id":"(resp_[^"]+)"/.exec(text)![1]!
  return { id, item: /"id":"(msg_[^"]+)"/.exec(text)![1]!, endpoint: endpoint! }
}

describe('a response', () => {
  it.each([true, false])('goes on where it is kept, stream: %s', async (stream) => {
    for (let i = 0; i < 4; i++) {
      const { id, endpoint } = await kept({ stream })
      const next = await ask({ previous_response_id: id, stream })
      expect(next).toMatchObject({ status: 200, endpoint })
    }
  })

  it('is not known to another client', async () => {
    const { id } = await kept()
    const { status, json } = await ask({ previous_response_id: id }, KEYS[1])
    expect(status).toBe(400)
    expect(error(json)).toMatchObject({
      message: `Previous response with id '${id}' not found.`,
      type: 'invalid_request_error',
      param: 'previous_response_id',
      code: 'previous_response_not_found',
    })
  })

  it('nor are its items', async () => {
    const { item } = await kept()
    const before = one.requests.length + two.requests.length
    const input = [
      { type: 'item_reference', id: item },
      { role: 'user', content: 'Go on' },
    ]
    const body = { input, provider: { only: ['one', 'two'] } }
    expect((await ask(body)).status).toBe(200)
    const { status, json } = await ask(body, KEYS[1])
    expect(status).toBe(400)
    expect(error(json)).toMatchObject({ param: 'item_reference', availability: { excluded_by: ['stored_response'] } })
    expect(one.requests.length + two.requests.length).toBe(before + 1)
  })

  it('is not asked for where nobody is known to keep it', async () => {
    const before = one.requests.length + two.requests.length
    expect((await ask({ previous_response_id: 'resp_never' })).status).toBe(400)
    expect(one.requests.length + two.requests.length).toBe(before)
  })

  it('has no meaning to an endpoint for which the request is translated', async () => {
    const { status, json } = await ask({ model: 'translated-only', previous_response_id: 'resp_never' })
    expect(status).toBe(400)
    expect(error(json)).toMatchObject({
      message: expect.stringMatching(/previous_response_id.*store/),
      param: 'previous_response_id',
      code: 'unsupported_parameter',
      availability: { excluded_by: ['stored_response'] },
    })
  })

  it.each(['/v1', '/api/v1'])('is fetched, cancelled and deleted where it is kept, under %s', async (prefix) => {
    for (let i = 0; i < 2; i++) {
      const { id, endpoint } = await kept()
      const at = endpoint.startsWith('one') ? one : two
      const answers = { method: 'any', id }
      at.script('', ({ response }) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answers)),
      )
      for (const [method, path] of [
        ['GET', `${id}?include[]=reasoning.encrypted_content`],
        ['GET', `${id}/input_items?limit=3`],
        ['POST', `${id}/cancel`],
        ['DELETE', id],
      ] as const) {
        const response = await fetch(`${router.url}${prefix}/responses/${path}`, {
          method,
          headers: { authorization: `Bearer ${KEYS[0]}` },
        })
        expect([response.status, await response.json()]).toEqual([200, answers])
        const { path: asked, method: by, headers } = at.requests.at(-1)!
        expect([by, asked]).toEqual([method, `/v1/responses/${path}`])
        expect(headers.authorization).toBe('Bearer sk-upstream-secret')
      }
    }
  })

  it('is shown to its own client only', async () => {
    const { id } = await kept()
    const before = one.requests.length + two.requests.length
    for (const [method, path] of [
      ['GET', id],
      ['GET', `${id}/input_items`],
      ['POST', `${id}/cancel`],
      ['DELETE', id],
      ['GET', 'resp_never'],
      ['GET', '..%2ffiles'],
      ['GET', '%ff'],
    ] as const) {
      const response = await fetch(`${router.url}/v1/responses/${path}`, {
        method,
        headers: { authorization: `Bearer ${KEYS[1]}` },
      })
      expect([400, 404]).toContain(response.status)
      expect(((await response.json()) as Json).error).toMatchObject({ type: 'invalid_request_error', code: null })
    }
    expect(one.requests.length + two.requests.length).toBe(before)
  })

  it('waits for who keeps it, and goes to nobody else', async () => {
    const { id, endpoint } = await kept()
    const at = endpoint.startsWith('one') ? one : two
    at.script('m', faults.rateLimited(17))
    const before = one.requests.length + two.requests.length
    const limited = await ask({ previous_response_id: id })
    expect(limited.status).toBe(503)
    at.script('m', reply({}))
    expect(one.requests.length + two.requests.length).toBe(before + 1)
    expect(await ask({ previous_response_id: id })).toMatchObject({ status: 200, endpoint })
  })

  it('goes on after a restart', async () => {
    const { id, endpoint } = await kept()
    router.signal('SIGINT')
    await router.exited
    router = await router.restart()
    expect(await ask({ previous_response_id: id })).toMatchObject({ status: 200, endpoint })
  })
})

it('is known to every process of a router', async () => {
  const many = await startRouter({
    config: {
      server: { workers: 2 },
      providers: {
        one: { plugin: 'openai', base_url: one.url, api_key: 'sk-upstream-secret' },
        two: { plugin: 'openai', base_url: two.url, api_key: 'sk-upstream-secret' },
      },
      models: { both: { endpoints: ['one/m', 'two/m'], strategy: 'round-robin' } },
    },
  })
  const send = async (body: Json) => {
    // Each over a connection of its own.
    const response = await fetch(`${many.url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ model: 'both', input: 'Hi', ...body }),
    })
    const { id } = (await response.json()) as { id: string }
    return { id, status: response.status, endpoint: response.headers.get('x-router-endpoint') }
  }
  try {
    for (let i = 0; i < 6; i++) {
      const { id, endpoint } = await send({})
      expect(await send({ previous_response_id: id })).toMatchObject({ status: 200, endpoint })
    }
  } finally {
    await many.stop()
  }
})

describe('what else a request may refer to', () => {
  it.each([
    ['conversation', { conversation: 'conv_1' }, 'unsupported_parameter'],
    ['conversation', { conversation: { id: 'conv_1' } }, 'unsupported_parameter'],
    ['item_reference', { input: [{ type: 'item_reference', id: 'msg_1' }] }, 'unsupported_parameter'],
    ['prompt', { prompt: { id: 'pmpt_1' } }, 'unsupported_parameter'],
    ['background', { background: true }, 'unsupported_parameter'],
  ])('%s is refused by name where it is translated, and passed where it is not', async (field, body, code) => {
    const refused = await ask({ model: 'translated-only', ...body })
    expect(refused.status).toBe(400)
    expect(error(refused.json)).toMatchObject({ param: field, code, message: expect.stringContaining(field) })
    const passed = await ask(body)
    expect(passed.status).toBe(200)
    expect(passed.endpoint).toMatch(/^(one|two)\/m$/)
  })
})

describe('a conversation made short', () => {
  const compaction = { type: 'compaction', id: 'cmp_1', encrypted_content: 'only its maker can read it' }

  it('is made, and gone on with, where it can be read', async () => {
    for (const upstream of [one, two])
      upstream.script('m', (exchange) =>
        exchange.request.path.endsWith('/compact')
          ? exchange.response
              .writeHead(200, { 'content-type': 'application/json' })
              .end(JSON.stringify({ id: 'resp_c', object: 'response.compaction', output: [compaction] }))
          : reply({})(exchange),
      )
    for (let i = 0; i < 4; i++) {
      const made = await post('/v1/responses/compact', { model: 'both', input: 'Hi' })
      expect(made).toMatchObject({ status: 200, endpoint: expect.stringMatching(/^(one|two)/) })
      const next = await ask({ input: [compaction, { role: 'user', content: 'Hi' }] })
      expect(next).toMatchObject({ status: 200, endpoint: made.endpoint })
    }
    for (const upstream of [one, two]) upstream.script('m', reply({}))
  })

  it('is refused where it could not be', async () => {
    expect((await post('/v1/responses/compact', { model: 'translated-only', input: 'Hi' })).status).toBe(404)
    const { status, json } = await ask({ model: 'translated-only', input: [compaction] })
    expect(status).toBe(400)
    expect(error(json)).toMatchObject({ param: 'compaction', code: 'unsupported_parameter' })
  })
})

describe('a thread of messages', () => {
  const send = (body: Json) =>
    post('/v1/messages', { model: 'threads', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }], ...body })

  it('goes on where it is kept', async () => {
    for (let i = 0; i < 3; i++) {
      const first = await send({ thread: { type: 'create' }, provider: { only: ['claude'] } })
      const { id } = JSON.parse(first.text) as Json
      const next = await send({ thread: { type: 'continue', previous_message_id: id } })
      expect(next).toMatchObject({ status: 200, endpoint: 'claude/m' })
      expect(one.requests.at(-1)?.json.thread).toEqual({ type: 'continue', previous_message_id: id })
    }
  })

  it('goes on without a new message', async () => {
    const { text } = await send({ thread: { type: 'create' }, provider: { only: ['claude'] } })
    const thread = { type: 'continue', previous_message_id: (JSON.parse(text) as Json).id }
    expect(await send({ messages: [], thread })).toMatchObject({ status: 200, endpoint: 'claude/m' })
  })

  it('begins anywhere, and says where it is not kept', async () => {
    const response = await fetch(`${router.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': KEYS[0]! },
      body: JSON.stringify({
        model: 'threads',
        max_tokens: 10,
        messages: [{ role: 'user', content: 'Hi' }],
        thread: { type: 'create' },
        provider: { only: ['chat'] },
      }),
    })
    expect([response.status, response.headers.get('x-router-warning')]).toEqual([
      200,
      expect.stringContaining('thread'),
    ])
  })

  it.each([{}, { provider: { only: ['chat'] } }])('is refused by name where it is not kept: %j', async (more) => {
    const before = one.requests.length
    const { status, text } = await send({ thread: { type: 'continue', previous_message_id: 'msg_never' }, ...more })
    expect(status).toBe(400)
    expect(JSON.parse(text)).toMatchObject({
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: expect.stringContaining('thread.previous_message_id'),
        details: { error_code: 'thread_not_found' },
      },
    })
    expect(one.requests.length).toBe(before)
  })
})
