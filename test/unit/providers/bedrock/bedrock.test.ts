import { afterEach, describe, expect, it, vi } from 'vitest'
import bedrock from '../../../../providers/bedrock/index.ts'
import { makerOf } from '../../../../providers/bedrock/models.ts'
import { adapterOf, callOf, endpointOf, prepared } from '../exchange.ts'
import { intercept } from '../interceptor.ts'

intercept()
afterEach(() => vi.unstubAllEnvs())

const PROFILE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const converse = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }
const messages = { max_tokens: 64, messages: [{ role: 'user', content: 'Hi' }] }
const keys = { access_key_id: 'AKIDEXAMPLE', secret_access_key: 'secret-of-a-user', region: 'eu-central-1' }
const callTo = (model: string, more: object = {}, wire = 'bedrock-converse') =>
  callOf({ body: { ...(wire === 'bedrock-converse' ? converse : messages), model, ...more }, wire })

describe('bedrock', () => {
  it.each([
    [{}, `/model/${encodeURIComponent(PROFILE)}/converse`, 'none'],
    [{ stream: true }, `/model/${encodeURIComponent(PROFILE)}/converse-stream`, 'aws-event-stream'],
  ])('asks by Converse, with the model in the path: %j', async (more, path, framing) => {
    const adapter = await adapterOf(bedrock, { api_key: 'bedrock-key', region: 'us-west-2' })
    const request = await prepared(adapter, callTo(PROFILE, more), endpointOf(PROFILE))
    expect(request.url.href).toBe(`https://bedrock-runtime.us-west-2.amazonaws.com${path}`)
    expect(JSON.parse(String(request.body))).toEqual(converse)
    expect(request).toMatchObject({ method: 'POST', framing, headers: { authorization: 'Bearer bedrock-key' } })
  })

  it('passes Messages to Claude through, with the version and known beta features in the body', async () => {
    const adapter = await adapterOf(bedrock, { api_key: 'k' })
    const headers = { 'anthropic-beta': 'context-1m-2025-08-07, claude-code-20250219,advanced-tool-use-2025-11-20' }
    const call = { ...callTo(PROFILE, { stream: true, service_tier: 'auto' }, 'anthropic-messages'), headers }
    const { url, body } = await prepared(adapter, call, endpointOf(PROFILE))
    expect(url.pathname).toMatch(/\/invoke-with-response-stream$/)
    expect(JSON.parse(String(body))).toEqual({
      ...messages,
      anthropic_version: 'bedrock-2023-05-31',
      anthropic_beta: ['context-1m-2025-08-07', 'tool-search-tool-2025-10-19'],
    })
  })

  it('keeps an ARN in one segment of the path', async () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2'
    const adapter = await adapterOf(bedrock, { api_key: 'k' })
    const { url } = await prepared(adapter, callTo(arn), endpointOf(arn))
    expect(url.pathname).toBe(`/model/${encodeURIComponent(arn)}/converse`)
  })

  it('goes to the region of the endpoint, and signs for it', async () => {
    const adapter = await adapterOf(bedrock, keys, () => Date.parse('2026-11-01T12:00:00Z'))
    const near = await adapter.prepare(callTo(PROFILE), endpointOf(PROFILE))
    const far = await adapter.prepare(callTo(PROFILE), { ...endpointOf(PROFILE), region: 'us-east-2' })
    const named = await adapter.prepare(callTo(PROFILE), { ...endpointOf(PROFILE), region: 'spare.example' })
    expect([near, far, named].map(({ url }) => url.host)).toEqual([
      'bedrock-runtime.eu-central-1.amazonaws.com',
      'bedrock-runtime.us-east-2.amazonaws.com',
      'bedrock-runtime.eu-central-1.amazonaws.com',
    ])
    expect(near.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20261101\/eu-central-1\/bedrock\/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]{64}$/,
    )
    expect(far.headers.authorization).toContain('/20261101/us-east-2/bedrock/')
    expect(far.headers).not.toHaveProperty('host')
  })

  it('takes credentials from the environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENV')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
    vi.stubEnv('AWS_SESSION_TOKEN', 'token-of-a-session')
    vi.stubEnv('AWS_REGION', 'ap-northeast-1')
    const { url, headers } = await (await adapterOf(bedrock, {})).prepare(callTo(PROFILE), endpointOf(PROFILE))
    expect(url.host).toBe('bedrock-runtime.ap-northeast-1.amazonaws.com')
    expect(headers).toMatchObject({ 'x-amz-security-token': 'token-of-a-session' })
    expect(headers.authorization).toContain('AKIDENV')
  })

  it.each([
    [PROFILE, 'anthropic'],
    ['anthropic.claude-3-haiku-20240307-v1:0', 'anthropic'],
    ['us-gov.anthropic.claude-x', 'anthropic'],
    ['global.amazon.nova-2-lite-v1:0', 'amazon'],
    ['arn:aws:bedrock:us-east-1:1:inference-profile/eu.mistral.pixtral-large-2502-v1:0', 'mistral'],
    ['arn:aws:bedrock:us-east-1:1:application-inference-profile/a1b2', undefined],
  ])('%s is of %s', async (model, maker) => {
    expect(makerOf(model)).toBe(maker)
    const { chatWires } = (await adapterOf(bedrock, { api_key: 'k' })).capabilities!(model)
    expect(chatWires?.includes('anthropic-messages')).toBe(maker === 'anthropic')
  })

  it.each([
    [429, 'ThrottlingException', 'Too many requests, please wait before trying again.', 'provider_rate_limited'],
    [429, 'ModelNotReadyException', 'The model is not ready.', 'provider_overloaded'],
    [503, 'ServiceUnavailableException', 'Bedrock is unable to process your request.', 'provider_overloaded'],
    [400, 'ServiceQuotaExceededException', 'You exceeded your quota.', 'provider_rate_limited'],
    [408, 'ModelTimeoutException', 'It took too long.', 'provider_timeout_response'],
    [424, 'ModelErrorException', 'The model failed.', 'provider_error'],
    [500, 'InternalServerException', 'An internal error.', 'provider_error'],
    [403, 'AccessDeniedException', "You don't have access to the model with the specified model ID.", 'provider_auth'],
    [403, 'ExpiredTokenException', 'The security token included in the request is expired', 'provider_auth'],
    [403, 'UnrecognizedClientException', 'The security token included in the request is invalid.', 'provider_auth'],
    [404, 'ResourceNotFoundException', 'This model version has reached the end of its life.', 'provider_not_found'],
    [400, 'ValidationException', 'The provided model identifier is invalid.', 'provider_not_found'],
    [
      400,
      'ValidationException',
      'Invocation of model ID x with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile.',
      'provider_not_found',
    ],
    [400, 'ValidationException', 'Input is too long for requested model.', 'caller_too_long'],
    [400, 'ValidationException', 'A conversation must start with a user message.', 'caller_invalid'],
  ])('%i %s (%s) is %s', async (status, type, message, kind) => {
    const adapter = await adapterOf(bedrock, { api_key: 'k' })
    const headers = { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/` }
    expect(adapter.classify(status, headers, JSON.stringify({ message }))).toMatchObject({ kind, message, code: type })
    expect(adapter.classify(status, {}, JSON.stringify({ __type: `com.amazon#${type}`, message })).kind).toBe(kind)
  })

  it.each([
    [{ type: 'throttlingException', message: 'Slow.' }, 'provider_rate_limited'],
    [{ type: 'serviceUnavailableException', message: 'Busy.' }, 'provider_overloaded'],
    [{ type: 'internalServerException', message: 'Oh.' }, 'provider_error'],
    [{ type: 'modelTimeoutException', message: 'Late.' }, 'provider_timeout_response'],
    [{ type: 'validationException', message: 'Bad.' }, 'caller_invalid'],
    [{ type: 'modelStreamErrorException', message: 'Failed.', originalStatusCode: 503 }, 'provider_overloaded'],
    [{ type: 'modelStreamErrorException', message: 'Failed.', originalStatusCode: 429 }, 'provider_rate_limited'],
  ])('in a stream %j is %s', async (error, kind) => {
    const adapter = await adapterOf(bedrock, { api_key: 'k' })
    expect(adapter.classify(200, {}, JSON.stringify({ error }))).toMatchObject({ kind, message: error.message })
  })

  it('looks at a quota of the day again in an hour', async () => {
    const body = JSON.stringify({ message: 'Too many tokens per day, please wait before trying again.' })
    const adapter = await adapterOf(bedrock, { api_key: 'k' })
    expect(adapter.classify(429, { 'x-amzn-errortype': 'ThrottlingException' }, body).retryAfterMs).toBe(3_600_000)
  })

  it('gives Mistral’s tools ids of nine characters', async () => {
    const adapter = await adapterOf(bedrock, { api_key: 'k' })
    const ask = (model: string) => adapter.quirks!('bedrock-converse', model)?.toolIds
    expect(ask('mistral.mistral-large-2407-v1:0')).toMatchObject({ minLength: 9, maxLength: 9 })
    expect(ask(PROFILE)).toMatchObject({ maxLength: 64 })
  })

  it('reaches any path with a key, and none with signatures', async () => {
    const target = await (await adapterOf(bedrock, { api_key: 'k' })).passThrough!({
      method: 'POST',
      path: 'model/amazon.titan-embed-text-v2%3A0/invoke',
      query: '',
      headers: {},
    })
    expect(target.url.pathname).toBe('/model/amazon.titan-embed-text-v2%3A0/invoke')
    expect((await adapterOf(bedrock, keys)).passThrough).toBeUndefined()
  })
})
