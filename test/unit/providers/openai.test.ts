import nock from 'nock'
import { describe, expect, it } from 'vitest'
import openai from '../../../providers/openai/index.ts'
import { costOf } from '../../../src/outcomes/estimates/cost.ts'
import type { Usage } from '../../../src/plugins/api.ts'
import { adapterOf, callOf, checked, endpointOf, prepared, send } from './exchange.ts'
import { intercept } from './interceptor.ts'

intercept()

const COMPLETION = {
  id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
  object: 'chat.completion',
  created: 1741569952,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello!', refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 },
}

const chat = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] }

describe('openai', () => {
  it('sends the client’s bytes with key, organization, project and extra headers', async () => {
    // Spacing, key order, escapes and a number beyond 2^53 must survive.
    const body =
      '{ "seed": 12345678901234567890,\n "model":"gpt-4o-mini", "messages":[{"role":"user","content":"\\u00e9"}] }'
    nock('https://api.openai.com', {
      reqheaders: {
        authorization: 'Bearer sk-test',
        'openai-organization': 'org-1',
        'openai-project': 'proj-1',
        'content-type': 'application/json',
        accept: 'application/json',
        'x-team': 'blue',
      },
    })
      .post('/v1/chat/completions', (sent) => sent.messages[0].content === 'é')
      .reply(200, COMPLETION)
    const adapter = await adapterOf(openai, {
      api_key: 'sk-test',
      organization: 'org-1',
      project: 'proj-1',
      headers: { 'X-Team': 'blue' },
    })
    const { request, status, text } = await send(adapter, callOf({ body }))
    expect(status).toBe(200)
    expect(JSON.parse(text)).toEqual(COMPLETION)
    expect(String(request.body)).toBe(body)
    expect(request.framing).toBe('none')
  })

  it('asks for an event stream when streaming', async () => {
    nock('https://api.openai.com', { reqheaders: { accept: 'text/event-stream' } })
      .post('/v1/chat/completions')
      .reply(200, 'data: [DONE]\n\n')
    const adapter = await adapterOf(openai, { api_key: 'sk-test' })
    const { request, text } = await send(adapter, callOf({ body: { ...chat, stream: true } }))
    expect(request.framing).toBe('sse')
    expect(text).toBe('data: [DONE]\n\n')
  })

  it.each([
    ['openai-chat', 'chat', '/v1/chat/completions'],
    ['openai-responses', 'chat', '/v1/responses'],
    ['openai-completions', 'completion', '/v1/completions'],
    ['openai-embeddings', 'embedding', '/v1/embeddings'],
  ] as const)('posts %s to its path', async (wire, operation, path) => {
    nock('https://api.openai.com').post(path).reply(200, {})
    const adapter = await adapterOf(openai, { api_key: 'sk-test' })
    expect(adapter.wires[operation]).toContain(wire)
    expect((await send(adapter, callOf({ body: chat, wire, operation }))).status).toBe(200)
  })

  it.each(['https://eu.example/v1', 'https://eu.example/v1/', 'https://eu.example/v1//'])(
    'joins %s without doubled slashes',
    async (base_url) => {
      nock('https://eu.example').post('/v1/chat/completions').reply(200, {})
      expect((await send(await adapterOf(openai, { api_key: 'k', base_url }), callOf({ body: chat }))).status).toBe(200)
    },
  )

  it('keeps a query of the base URL', async () => {
    nock('https://gate.example').post('/openai/chat/completions').query({ 'api-version': '1' }).reply(200, {})
    const adapter = await adapterOf(openai, { api_key: 'k', base_url: 'https://gate.example/openai?api-version=1' })
    expect((await send(adapter, callOf({ body: chat }))).status).toBe(200)
  })

  it('forwards openai-beta and nothing of other vendors', async () => {
    const adapter = await adapterOf(openai, { api_key: 'k' })
    const headers = { 'openai-beta': 'x=v1', 'anthropic-beta': 'y' }
    const request = await prepared(adapter, callOf({ body: chat, headers }), endpointOf('gpt-4o'))
    expect(request.headers['openai-beta']).toBe('x=v1')
    expect(request.headers['anthropic-beta']).toBeUndefined()
  })

  it.each([
    ['gpt-4o', { max_tokens: 5, temperature: 0 }],
    ['gpt-5-chat-latest', { max_tokens: 5, temperature: 0 }],
    ['ft:gpt-4o-mini:acme', { max_tokens: 5, temperature: 0 }],
    ['gpt-5.2', { max_completion_tokens: 5, temperature: 0 }],
    ['gpt-6-sol', { max_completion_tokens: 5, temperature: 0 }],
    ['gpt-5-mini-2025-08-07', { max_completion_tokens: 5 }],
    ['o3', { max_completion_tokens: 5 }],
  ])('gives %s the parameters that it takes', async (model, expected) => {
    const adapter = await adapterOf(openai, { api_key: 'k' })
    const request = await prepared(
      adapter,
      callOf({ body: { model, messages: [], max_tokens: 5, temperature: 0 } }),
      endpointOf(model),
    )
    expect(JSON.parse(String(request.body))).toEqual({ model, messages: [], ...expected })
  })

  it('lists models', async () => {
    nock('https://api.openai.com', { reqheaders: { authorization: 'Bearer sk-test' }, badheaders: ['content-type'] })
      .get('/v1/models')
      .reply(200, { object: 'list', data: [{ id: 'gpt-4o', object: 'model', created: 1, owned_by: 'system' }] })
    const request = await (await adapterOf(openai, { api_key: 'sk-test' })).models!()
    const response = await fetch(request.url, { method: request.method, headers: request.headers })
    expect(((await response.json()) as { data: { id: string }[] }).data[0]?.id).toBe('gpt-4o')
  })

  it('says what recorded errors are', async () => {
    const quota = 'You exceeded your current quota, please check your plan and billing details.'
    nock('https://api.openai.com')
      .post('/v1/chat/completions')
      .reply(429, { error: { message: quota, type: 'insufficient_quota', param: null, code: 'insufficient_quota' } })
      .post('/v1/chat/completions')
      .reply(
        429,
        {
          error: {
            message: 'Rate limit reached for gpt-4o on tokens per min.',
            type: 'tokens',
            param: null,
            code: 'rate_limit_exceeded',
          },
        },
        { 'retry-after-ms': '1240', 'retry-after': '2' },
      )
    const adapter = await adapterOf(openai, { api_key: 'k' })
    expect((await send(adapter, callOf({ body: chat }))).failure).toEqual({
      kind: 'provider_billing',
      message: quota,
      code: 'insufficient_quota',
      about: 'endpoint',
    })
    expect((await send(adapter, callOf({ body: chat }))).failure).toMatchObject({
      kind: 'provider_rate_limited',
      retryAfterMs: 1240,
    })
  })

  it('knows common models with and without a date, and admits to the others', async () => {
    const adapter = await adapterOf(openai, { api_key: 'k' })
    expect(adapter.price!('gpt-4o-mini-2024-07-18')).toMatchObject({ prompt: 0.15, completion: 0.6, cacheRead: 0.075 })
    expect(adapter.capabilities!('gpt-4o')).toMatchObject({
      contextLength: 128_000,
      parameters: expect.arrayContaining(['tools', 'temperature']),
    })
    expect(adapter.capabilities!('gpt-5').parameters).not.toContain('temperature')
    expect(adapter.capabilities!('gpt-4o')).not.toHaveProperty('price')
    expect(adapter.price!('ft:gpt-4o:acme')).toBeUndefined()
    expect(adapter.capabilities!('constructor')).toEqual({})
  })

  it('wants a key and a real URL, and knows its secret', () => {
    expect(checked(openai, {}).valid).toBe(false)
    expect(checked(openai, { api_key: '' }).valid).toBe(false)
    expect(checked(openai, { api_key: 'k', base_url: 'api.openai.com' }).valid).toBe(false)
    expect(checked(openai, { api_key: 'k', key: 'k' }).valid).toBe(false)
    expect(openai.schema.properties).toMatchObject({ api_key: { writeOnly: true } })
  })
})

it.each<[string, Usage, number]>([
  ['dall-e-3', { images: 1, imageSize: '1024x1024', quality: 'standard' }, 0.04],
  ['dall-e-3', { images: 1, imageSize: '1792x1024' }, 0.08],
  ['dall-e-3', { images: 2, imageSize: '1024x1024', quality: 'hd' }, 0.16],
  ['dall-e-3', { images: 1, imageSize: '1024x1792', quality: 'hd' }, 0.12],
  ['gpt-image-1', { images: 1, inputTokens: 50, outputTokens: 1056 }, (50 * 5 + 1056 * 40) / 1e6],
  ['tts-1', { characters: 1000, seconds: 60 }, 0.015],
  ['gpt-4o-mini-tts', { characters: 1000, seconds: 60 }, 0.015],
  ['whisper-1', { seconds: 60 }, 0.006],
  [
    'gpt-4o-transcribe-2026-01-01',
    { inputTokens: 100, audioInputTokens: 90, outputTokens: 40 },
    (10 * 2.5 + 90 * 6 + 40 * 10) / 1e6,
  ],
  ['omni-moderation-latest', {}, 0],
])('%s costs what its maker says for %o', async (model, usage, usd) => {
  const price = (await adapterOf(openai, { api_key: 'k' })).price!(model)
  expect(costOf(price, usage)).toBeCloseTo(usd, 8)
})
