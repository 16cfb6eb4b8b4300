import { describe, expect, it } from 'vitest'
import { classifyError } from '../../../../providers/shared/classify.ts'

const classify = (status: number, body: unknown) =>
  classifyError(status, {}, typeof body === 'string' ? body : JSON.stringify(body), 0)
const openai = (message: string, more: object = {}) => ({ error: { message, type: 'invalid_request_error', ...more } })

describe('what a fault is about', () => {
  it.each([
    [404, openai('No such File object: file-abc', { param: 'file_id', code: null })],
    [404, { type: 'error', error: { type: 'not_found_error', message: 'File not found: file_abc' } }],
    [404, openai("Response with id 'resp_x' not found.")],
    [404, openai("Item with id 'rs_x' not found. Items are not persisted when `store` is set to false.")],
    [400, openai("Previous response with id 'resp_x' not found.", { code: 'previous_response_not_found' })],
    [404, openai('The vector store vs_1 was not found')],
    [404, openai('Container with id cntr_1 not found.')],
    [
      403,
      { error: { code: 403, message: 'CachedContent not found (or permission denied)', status: 'PERMISSION_DENIED' } },
    ],
  ])('%i %j is the caller’s own', (status, body) => {
    expect(classify(status, body).kind).toBe('caller_invalid')
    expect(classify(status, body)).not.toHaveProperty('about')
  })

  it.each([
    [401, '', 'provider_auth'],
    [403, openai('Your API key does not have permission to use the specified resource.'), 'provider_auth'],
    [402, openai('Insufficient Balance'), 'provider_billing'],
    [
      404,
      openai('The model `gpt-9` does not exist or you do not have access to it.', { code: 'model_not_found' }),
      'provider_not_found',
    ],
    [404, openai('The model `file-qa` was not found'), 'provider_not_found'],
    [404, { type: 'error', error: { type: 'not_found_error', message: 'model: claude-nope' } }, 'provider_not_found'],
    [
      404,
      { error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' } },
      'provider_not_found',
    ],
  ])('%i %j is the endpoint’s', (status, body, kind) => {
    expect(classify(status, body)).toMatchObject({ kind, about: 'endpoint' })
  })

  it.each([
    [
      404,
      openai(
        'This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?',
      ),
    ],
    [405, { detail: 'Method Not Allowed' }],
    [
      501,
      {
        error: {
          code: 501,
          message: 'This server does not support embeddings. Start it with `--embeddings`',
          type: 'not_supported_error',
        },
      },
    ],
    [400, openai('The model does not support Embeddings API')],
  ])('%i %j is the operation’s', (status, body) => {
    expect(classify(status, body)).toMatchObject({ kind: 'provider_not_found', about: 'operation' })
  })

  it.each([
    [
      402,
      openai(
        'This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 3421.',
      ),
      'provider_billing',
    ],
    [
      413,
      openai('Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 9000'),
      'provider_rate_limited',
    ],
    [
      429,
      openai('Request too large for gpt-5 on tokens per min (TPM): Limit 30000, Requested 40000.'),
      'provider_rate_limited',
    ],
  ])('%i %j is the request’s', (status, body, kind) => {
    expect(classify(status, body)).toMatchObject({ kind, about: 'request' })
  })

  it.each([
    [404, { detail: 'Not Found' }],
    [404, '404 page not found'],
    [403, ''],
    [429, openai('Rate limit reached for gpt-5 on tokens per min: Limit 30000, Used 20000, Requested 12000.')],
  ])('%i %j does not say', (status, body) => {
    expect(classify(status, body)).not.toHaveProperty('about')
  })
})
