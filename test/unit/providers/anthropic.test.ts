import nock from 'nock'
import { describe, expect, it } from 'vitest'
import anthropic from '../../../providers/anthropic/index.ts'
import { adapterOf, callOf, checked, endpointOf, prepared, send } from './exchange.ts'
import { intercept } from './interceptor.ts'

intercept()

const MESSAGE = {
  id: 'msg_013Zva2CMHLNnXjNJJKqJ2EF',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [{ type: 'text', text: 'Hi!' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 9, output_tokens: 5 },
}

const body = { model: 'claude-sonnet-4-5', max_tokens: 64, messages: [{ role: 'user', content: 'Hi' }] }
const wire = 'anthropic-messages'
const error = (type: string, message: string) => ({
  type: 'error',
  error: { type, message },
  request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy',
})

describe('anthropic', () => {
  it.each(['https://api.anthropic.com', 'https://api.anthropic.com/', 'https://api.anthropic.com/v1'])(
    'posts messages below %s',
    async (base_url) => {
      nock('https://api.anthropic.com', {
        reqheaders: { 'x-api-key': 'sk-ant', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
        badheaders: ['authorization', 'anthropic-beta'],
      })
        .post('/v1/messages', body)
        .reply(200, MESSAGE)
      const { request, text } = await send(
        await adapterOf(anthropic, { api_key: 'sk-ant', base_url }),
        callOf({ body, wire }),
      )
      expect(JSON.parse(text)).toEqual(MESSAGE)
      expect(String(request.body)).toBe(JSON.stringify(body))
    },
  )

  it('adds the client’s beta features to the configured ones, and keeps the configured version', async () => {
    const headers = { 'anthropic-beta': 'context-1m-2025-08-07', 'anthropic-version': '2023-01-01', 'openai-beta': 'x' }
    const call = callOf({ body: { ...body, stream: true }, wire, headers })
    const plain = await (await adapterOf(anthropic, { api_key: 'k' })).prepare(call, endpointOf('claude-sonnet-4-5'))
    expect(plain.headers).toMatchObject({
      'anthropic-beta': 'context-1m-2025-08-07',
      'anthropic-version': '2023-06-01',
      accept: 'text/event-stream',
    })
    expect(plain.headers).not.toHaveProperty('openai-beta')
    const both = await adapterOf(anthropic, { api_key: 'k', headers: { 'Anthropic-Beta': 'files-api-2025-04-14' } })
    const { headers: sent } = await both.prepare(call, endpointOf('claude-sonnet-4-5'))
    expect(sent['anthropic-beta']).toBe('files-api-2025-04-14,context-1m-2025-08-07')
  })

  it.each([
    ['claude-opus-5-5', false],
    ['claude-opus-4-7', false],
    ['claude-sonnet-5', false],
    ['claude-fable-5-1', false],
    ['claude-opus-4-6', true],
    ['claude-opus-4-20250514', true],
    ['claude-haiku-4-5-20251001', true],
    ['claude-3-5-haiku-latest', true],
    ['someone-elses-model', true],
  ])('%s takes sampling parameters: %s', async (model, takes) => {
    const adapter = await adapterOf(anthropic, { api_key: 'k' })
    const sampled = { ...body, model, temperature: 0.2, top_k: 4 }
    const request = await prepared(adapter, callOf({ body: sampled, wire }), endpointOf(model))
    expect(JSON.parse(String(request.body))).toEqual(takes ? sampled : { ...body, model })
  })

  it.each([
    [529, error('overloaded_error', 'Overloaded'), 'provider_overloaded'],
    [
      429,
      error('rate_limit_error', 'This request would exceed your rate limit of 50,000 input tokens per minute.'),
      'provider_rate_limited',
    ],
    [
      400,
      error('invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'),
      'provider_billing',
    ],
    [
      400,
      error(
        'invalid_request_error',
        'You have reached your specified API usage limits. You will regain access on 2026-12-01.',
      ),
      'provider_billing',
    ],
    [402, error('billing_error', 'There is an issue with your billing or payment information.'), 'provider_billing'],
    [400, error('invalid_request_error', 'prompt is too long: 210043 tokens > 200000 maximum'), 'caller_too_long'],
    [413, error('request_too_large', 'Request exceeds the maximum allowed number of bytes.'), 'caller_too_long'],
    [400, error('invalid_request_error', 'max_tokens: Field required'), 'caller_invalid'],
    [401, error('authentication_error', 'invalid x-api-key'), 'provider_auth'],
    [
      403,
      error('permission_error', 'Your API key does not have permission to use the specified resource.'),
      'provider_auth',
    ],
    [404, error('not_found_error', 'model: claude-nope'), 'provider_not_found'],
    [500, error('api_error', 'Internal server error'), 'provider_error'],
    [504, error('timeout_error', 'The request timed out while processing.'), 'provider_timeout_response'],
  ])('%i %j is %s', async (status, answer, kind) => {
    nock('https://api.anthropic.com').post('/v1/messages').reply(status, answer)
    const { failure } = await send(await adapterOf(anthropic, { api_key: 'k' }), callOf({ body, wire }))
    expect(failure).toMatchObject({ kind, message: answer.error.message, code: answer.error.type })
  })

  it('classifies in-band error events and reads when to come back', async () => {
    const now = Date.parse('2026-11-22T12:00:00Z')
    const adapter = await adapterOf(anthropic, { api_key: 'k' }, () => now)
    expect(adapter.classify(200, {}, JSON.stringify(error('overloaded_error', 'Overloaded'))).kind).toBe(
      'provider_overloaded',
    )
    const headers = {
      'anthropic-ratelimit-requests-remaining': '40',
      'anthropic-ratelimit-requests-reset': '2026-11-22T12:00:01Z',
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-22T12:00:30Z',
    }
    expect(adapter.classify(429, headers, JSON.stringify(error('rate_limit_error', 'Slow down'))).retryAfterMs).toBe(
      30_000,
    )
    expect(adapter.classify(429, { ...headers, 'retry-after': '7' }, '').retryAfterMs).toBe(7_000)
  })

  it('lists models with Anthropic’s headers', async () => {
    nock('https://api.anthropic.com', { reqheaders: { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' } })
      .get('/v1/models')
      .query({ limit: 1000 })
      .reply(200, { data: [{ id: 'claude-opus-5-5', type: 'model' }], has_more: false })
    const request = await (await adapterOf(anthropic, { api_key: 'k' })).models!()
    expect((await fetch(request.url, { headers: request.headers })).status).toBe(200)
  })

  it('knows prices with the cache’s, by alias and by snapshot', async () => {
    const adapter = await adapterOf(anthropic, { api_key: 'k' })
    expect(adapter.price!('claude-haiku-4-5-20251001')).toMatchObject({
      prompt: 1,
      completion: 5,
      cacheRead: 0.1,
      cacheWrite: 1.25,
    })
    expect(adapter.price!('claude-unheard-of')).toBeUndefined()
    expect(adapter.capabilities!('claude-opus-5-5').parameters).not.toContain('temperature')
    expect(adapter.capabilities!('claude-sonnet-4-5')).toMatchObject({
      contextLength: 200_000,
      maxOutputTokens: 64_000,
    })
  })

  it('wants a key', () => {
    expect(checked(anthropic, {}).valid).toBe(false)
    expect(anthropic.schema.properties).toMatchObject({ api_key: { writeOnly: true } })
  })
})
