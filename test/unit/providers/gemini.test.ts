import nock from 'nock'
import { describe, expect, it } from 'vitest'
import gemini from '../../../providers/gemini/index.ts'
import { adapterOf, callOf, endpointOf, prepared } from './exchange.ts'
import { intercept } from './interceptor.ts'

intercept()

const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }]
const ANSWER = { candidates: [{ content: { role: 'model', parts: [{ text: 'Hello' }] }, finishReason: 'STOP' }] }
const HOST = 'https://generativelanguage.googleapis.com'

async function asked(wire: string, body: Record<string, unknown>, model: string, stream = false) {
  const adapter = await adapterOf(gemini, { api_key: 'AIza-key' })
  const call = { ...callOf({ body, wire }), stream }
  return prepared(adapter, call, endpointOf(model))
}

describe('gemini', () => {
  it.each([HOST, `${HOST}/v1beta`, `${HOST}/v1beta/`])('asks below %s, with the key in a header', async (base_url) => {
    nock(HOST, { reqheaders: { 'x-goog-api-key': 'AIza-key' }, badheaders: ['authorization'] })
      .post('/v1beta/models/gemini-2.5-pro:generateContent', { contents })
      .reply(200, ANSWER)
    const adapter = await adapterOf(gemini, { api_key: 'AIza-key', base_url })
    const request = await adapter.prepare(callOf({ body: { contents }, wire: 'gemini' }), endpointOf('gemini-2.5-pro'))
    const { url, method, headers, body } = request
    const response = await fetch(url, { method, headers, body: body ?? null })
    expect(await response.json()).toEqual(ANSWER)
    expect(url.href).not.toContain('AIza-key')
  })

  it.each([
    ['gemini', true, 'models/m:streamGenerateContent?alt=sse'],
    ['gemini', false, 'models/m:generateContent'],
    ['gemini-count-tokens', false, 'models/m:countTokens'],
    ['gemini-embeddings', false, 'models/m:embedContent'],
    ['gemini-batch-embeddings', false, 'models/m:batchEmbedContents'],
    ['openai-images', false, 'openai/images/generations'],
  ])('%s, stream: %s, goes to %s', async (wire, stream, path) => {
    expect((await asked(wire, { contents }, 'm', stream)).url.href).toBe(`${HOST}/v1beta/${path}`)
  })

  it('takes tuned models, and what must not stand in a path', async () => {
    expect((await asked('gemini', {}, 'tunedModels/mine')).url.pathname).toBe(
      '/v1beta/tunedModels/mine:generateContent',
    )
    expect((await asked('gemini', {}, 'a?b#c')).url.pathname).toBe('/v1beta/models/a%3Fb%23c:generateContent')
  })

  it('names its own model in a count of a whole request', async () => {
    const body = { generateContentRequest: { model: 'models/alias', contents } }
    const { body: sent } = await asked('gemini-count-tokens', body, 'gemini-2.5-pro')
    expect(JSON.parse(String(sent))).toEqual({ generateContentRequest: { model: 'models/gemini-2.5-pro', contents } })
  })

  const error = (code: number, status: string, message: string, details: unknown[] = []) => ({
    error: { code, status, message, details },
  })
  const info = (reason: string) => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason })
  const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '37s' }

  it.each([
    [400, error(400, 'INVALID_ARGUMENT', 'API key not valid.', [info('API_KEY_INVALID')]), 'provider_auth'],
    [400, error(400, 'INVALID_ARGUMENT', 'Unknown name "foo": Cannot find field.'), 'caller_invalid'],
    [
      400,
      error(
        400,
        'INVALID_ARGUMENT',
        'The input token count (1200000) exceeds the maximum number of tokens allowed (1).',
      ),
      'caller_too_long',
    ],
    [400, error(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'), 'provider_billing'],
    [
      403,
      error(403, 'PERMISSION_DENIED', 'Generative Language API is off.', [info('SERVICE_DISABLED')]),
      'provider_auth',
    ],
    [404, error(404, 'NOT_FOUND', 'models/nope is not found for API version v1beta'), 'provider_not_found'],
    [429, error(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.', [retry]), 'provider_rate_limited'],
    [500, error(500, 'INTERNAL', 'An internal error has occurred.'), 'provider_error'],
    [503, error(503, 'UNAVAILABLE', 'The model is overloaded.'), 'provider_overloaded'],
    [504, error(504, 'DEADLINE_EXCEEDED', 'Deadline expired.'), 'provider_timeout_response'],
    [200, error(503, 'UNAVAILABLE', 'The model is overloaded.'), 'provider_overloaded'],
  ])('%i %j is %s', async (status, body, kind) => {
    const adapter = await adapterOf(gemini, { api_key: 'k' })
    expect(adapter.classify(status, {}, JSON.stringify(body))).toMatchObject({ kind, code: body.error.status })
    // As streams without alt=sse have it.
    expect(adapter.classify(status, {}, JSON.stringify([body])).kind).toBe(kind)
  })

  it('reads when to come back', async () => {
    const adapter = await adapterOf(gemini, { api_key: 'k' })
    const body = JSON.stringify(error(429, 'RESOURCE_EXHAUSTED', 'Quota.', [retry]))
    expect(adapter.classify(429, {}, body).retryAfterMs).toBe(37_000)
    expect(adapter.classify(503, {}, 'gateway').kind).toBe('provider_overloaded')
  })
})
