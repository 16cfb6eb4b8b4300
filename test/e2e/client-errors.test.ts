/** A client's mistakes, answered in its own dialect before anything is sent upstream. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type DialectName, dialects } from '../helpers/dialects.ts'
import { type Answered, send, upload } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

const KEY = 'sk-client-key-of-the-test'
let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  router = await startRouter({
    config: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the config file's own syntax
      auth: { keys: ['${CLIENT_KEY}'] },
      server: { body_limit: '2mb' },
      providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
      models: { 'small-model': { endpoints: ['up/small'] }, 'big-model': { endpoints: ['up/big'] } },
    },
    env: { CLIENT_KEY: KEY },
  })
})
afterEach(async () => {
  const forwarded = upstream.requests.length
  upstream.clear()
  expect(forwarded).toBe(0)
  const health = await send(`${router.url}/health`)
  expect(health.status).toBe(200)
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const auth = (client: DialectName): Record<string, string> =>
  client === 'anthropic' ? { 'x-api-key': KEY } : { authorization: `Bearer ${KEY}` }

const post = (client: DialectName, body: unknown, headers: Record<string, string> = auth(client)): Promise<Answered> =>
  send(`${router.url}${dialects[client].path}`, { method: 'POST', headers, body: body as string })

/** OpenAI's `error.code` is a string or null. */
const isCode = (code: unknown): boolean => code === null || typeof code === 'string'

describe.each(['openai', 'openrouter', 'anthropic'] as const)('%s', (client) => {
  function expectError(answer: Answered, status: number, reason: RegExp, anthropicType: string): void {
    expect(answer.status, answer.text).toBe(status)
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    const message = expect.stringMatching(reason)
    if (client === 'anthropic')
      expect(answer.json).toMatchObject({ type: 'error', error: { type: anthropicType, message } })
    else if (client === 'openrouter') expect(answer.json).toMatchObject({ error: { code: status, message } })
    else
      expect(answer.json).toMatchObject({
        error: { message, type: expect.any(String), code: expect.toSatisfy(isCode) },
      })
  }

  it('no key, and a wrong one', async () => {
    const body = dialects[client].request('small-model', false)
    for (const headers of [
      {},
      { authorization: 'Bearer sk-wrong' },
      { 'x-api-key': `${KEY}x` },
      { authorization: `Basic ${KEY}` },
    ]) {
      const answer = await post(client, body, headers)
      expectError(answer, 401, /key/i, 'authentication_error')
      expect(answer.text).not.toContain(KEY)
    }
  })

  it('an unknown model, with near names', async () => {
    expectError(
      await post(client, dialects[client].request('smal-model', true)),
      404,
      /smal-model.*small-model/,
      'not_found_error',
    )
  })

  it.each([
    ['an unclosed object', '{"model":"small-model","messages":['],
    ['text', 'hello'],
    ['nothing', ''],
    ['an array', '[]'],
    ['null', 'null'],
    ['a byte-order mark and garbage', '\uFEFF\u0000'],
    ['no model', '{"messages":[{"role":"user","content":"Hi"}]}'],
    ['a model that is no string', '{"model":42,"messages":[{"role":"user","content":"Hi"}]}'],
    ['no messages', '{"model":"small-model"}'],
    ['messages that are null', '{"model":"small-model","messages":null}'],
    ['messages that are a text', '{"model":"small-model","messages":"Hi"}'],
    ['messages that are one object', '{"model":"small-model","messages":{"role":"user","content":"Hi"}}'],
    ['an empty list of messages', '{"model":"small-model","messages":[]}'],
    ['a message that is a text', '{"model":"small-model","messages":["Hi"]}'],
    ['a message that is null', '{"model":"small-model","messages":[{"role":"user","content":"Hi"},null]}'],
  ])('%s as a body', async (_, body) => {
    expectError(await post(client, body), 400, /\S/, 'invalid_request_error')
  })

  it('a malformed provider{}', async () => {
    const body = { ...dialects[client].request('small-model', false), provider: { order: 'not-a-list', sort: 17 } }
    expectError(await post(client, body), 400, /provider/, 'invalid_request_error')
  })

  it('nothing eligible', async () => {
    const body = { ...dialects[client].request('small-model', false), provider: { only: ['elsewhere'] } }
    const answer = await post(client, body)
    expectError(answer, 404, /only|elsewhere/, 'not_found_error')
    expect(answer.json).toMatchObject({ error: { availability: { excluded_by: expect.anything() } } })
  })

  it('a body over the limit, with a length and without', async () => {
    const body = JSON.stringify({ ...dialects[client].request('small-model', false), user: 'x'.repeat(3_000_000) })
    const url = `${router.url}${dialects[client].path}`
    for (const chunked of [false, true]) {
      expectError(await upload(url, body, { headers: auth(client), chunked }), 413, /body_limit/, 'request_too_large')
    }
  })

  it('a path that does not exist', async () => {
    const path = dialects[client].path.replace(/(completions|messages)$/, 'nonsense')
    const answer = await send(`${router.url}${path}`, { headers: auth(client), method: 'POST', body: {} })
    expect(answer.status).toBe(404)
    expect(answer.json).toMatchObject({ error: { message: expect.stringContaining('nonsense') } })
  })
})

it.each([
  ['/v1/responses', 'input', [undefined, null, 7, {}, [], ['Hi'], [null]]],
  ['/v1/responses/input_tokens', 'input', [undefined, 7, []]],
  ['/v1/messages/count_tokens', 'messages', [undefined, 'Hi', [], ['Hi']]],
  ['/v1/embeddings', 'input', [undefined, null, 7, {}, [], [null], ['a', 7], [[]]]],
  ['/v1/completions', 'prompt', [undefined, null, 7, {}, [], [{}], ['a', 7]]],
])('%s with a wrong "%s"', async (path, field, values) => {
  for (const value of values) {
    const body = { model: 'small-model', [field]: value }
    const answer = await send(`${router.url}${path}`, { method: 'POST', headers: auth('openai'), body })
    expect(answer.status, JSON.stringify(value)).toBe(400)
    expect(answer.json).toMatchObject({
      error: {
        message: expect.stringContaining(`"${field}"`),
        type: 'invalid_request_error',
        ...(!path.includes('messages') && { param: field }),
      },
    })
  }
})
