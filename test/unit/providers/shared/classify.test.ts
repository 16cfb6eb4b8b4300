import { OUTCOME_KINDS } from 'commonroute/plugin'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifyError } from '../../../../providers/shared/classify.ts'
import { runs } from '../../../helpers/properties.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const classify = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  classifyError(status, headers, typeof body === 'string' ? body : JSON.stringify(body), NOW)
const error = (message: string, code?: unknown, type?: string) => ({ error: { message, type, param: null, code } })

describe('classifyError by status', () => {
  it.each([
    [400, 'caller_invalid'],
    [401, 'provider_auth'],
    [402, 'provider_billing'],
    [403, 'provider_auth'],
    [404, 'provider_not_found'],
    [405, 'provider_not_found'],
    [408, 'provider_timeout_response'],
    [409, 'provider_error'],
    [410, 'provider_not_found'],
    [413, 'caller_too_long'],
    [418, 'caller_invalid'],
    [422, 'caller_invalid'],
    [425, 'provider_error'],
    [429, 'provider_rate_limited'],
    [451, 'policy_refused'],
    [498, 'provider_overloaded'],
    [500, 'provider_error'],
    [502, 'provider_error'],
    [503, 'provider_overloaded'],
    [504, 'provider_timeout_response'],
    [520, 'provider_error'],
    [524, 'provider_timeout_response'],
    [529, 'provider_overloaded'],
  ])('%i is %s, whatever form the body has', (status, kind) => {
    expect(classify(status, '')).toMatchObject({ kind, message: `HTTP ${status} with an empty body` })
    expect(classify(status, '{}').kind).toBe(kind)
    expect(classify(status, 'upstream said something').message).toBe('upstream said something')
  })
})

describe('classifyError by what is said', () => {
  it.each([
    // Billing
    [
      429,
      error('You exceeded your current quota, please check your plan.', 'insufficient_quota', 'insufficient_quota'),
      'provider_billing',
    ],
    [
      400,
      error('Your credit balance is too low to access the API.', null, 'invalid_request_error'),
      'provider_billing',
    ],
    [
      412,
      {
        error:
          'Account acme is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices.',
      },
      'provider_billing',
    ],
    [
      429,
      {
        code: 'Some resource has been exhausted',
        error: 'Your team acme has either used all available credits or reached its monthly spending limit.',
      },
      'provider_billing',
    ],
    [402, error('Insufficient Balance', 'invalid_request_error', 'unknown_error'), 'provider_billing'],
    [400, error('Billing hard limit has been reached', 'billing_hard_limit_reached'), 'provider_billing'],
    [403, { error: 'You have exceeded your monthly included credits for Inference Providers.' }, 'provider_billing'],
    [
      429,
      {
        error: {
          code: 429,
          message: 'You exceeded your current quota, please check your plan and billing details.',
          status: 'RESOURCE_EXHAUSTED',
        },
      },
      'provider_rate_limited',
    ],
    // Too long
    [
      400,
      error(
        "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens.",
        'context_length_exceeded',
      ),
      'caller_too_long',
    ],
    [
      400,
      {
        object: 'error',
        message: "This model's maximum context length is 32768 tokens. Please reduce the length of the messages.",
        type: 'BadRequestError',
        code: 400,
      },
      'caller_too_long',
    ],
    [
      400,
      error(
        'the request exceeds the available context size. try increasing the context size',
        400,
        'exceed_context_size_error',
      ),
      'caller_too_long',
    ],
    [
      422,
      { error: 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096', error_type: 'validation' },
      'caller_too_long',
    ],
    [
      403,
      error('Input token count plus max_tokens must be less than the context length of the model.'),
      'caller_too_long',
    ],
    [
      500,
      { error: 'Trying to keep the first 4096 tokens when context overflows; context length is 2048' },
      'caller_too_long',
    ],
    [429, error('Too many tokens, please wait before trying again.'), 'provider_rate_limited'],
    // Policy
    [400, error('Your request was rejected as a result of our safety system.', 'moderation_blocked'), 'policy_refused'],
    [
      400,
      error('The response was filtered due to the prompt triggering the content management policy.', 'content_filter'),
      'policy_refused',
    ],
    [400, error('Content Exists Risk', 'invalid_request_error'), 'policy_refused'],
    [403, { error: 'Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE' }, 'policy_refused'],
    [
      400,
      error('Invalid prompt: we’ve limited access to this content for safety reasons.', 'invalid_prompt'),
      'policy_refused',
    ],
    // Keys and regions
    [
      400,
      {
        code: 'Client specified an invalid argument',
        error: 'Incorrect API key provided: xa***y. You can obtain an API key from the console.',
      },
      'provider_auth',
    ],
    [
      403,
      error('Country, region, or territory not supported', 'unsupported_country_region_territory'),
      'provider_auth',
    ],
    // Models
    [403, error('Project `p` does not have access to model `m`', 'model_not_found'), 'provider_not_found'],
    [
      400,
      error('The model `llama-2` has been decommissioned and is no longer supported.', 'model_decommissioned'),
      'provider_not_found',
    ],
    [
      400,
      { object: 'error', message: 'Invalid model: nope', type: 'invalid_model', code: '1500' },
      'provider_not_found',
    ],
    [400, error('gpt-9 is not a valid model ID', 400), 'provider_not_found'],
    // Load
    [
      413,
      error('Request too large for model `m` on tokens per minute (TPM): Limit 6000', 'rate_limit_exceeded', 'tokens'),
      'provider_rate_limited',
    ],
    [
      500,
      error('The engine is currently overloaded, please try again later', null, 'server_error'),
      'provider_overloaded',
    ],
    [503, { error: 'Model m is currently loading', estimated_time: 20 }, 'provider_overloaded'],
    // Plain
    [
      400,
      error(
        "Unsupported parameter: 'max_tokens' is not supported with this model.",
        'unsupported_parameter',
        'invalid_request_error',
      ),
      'caller_invalid',
    ],
    [
      422,
      { detail: [{ type: 'extra_forbidden', loc: ['body', 'user'], msg: 'Extra inputs are not permitted' }] },
      'caller_invalid',
    ],
  ])('%i %j is %s', (status, body, kind) => {
    expect(classify(status, body).kind).toBe(kind)
  })

  it('is not fooled by the client’s own words in quotes', () => {
    const message = `Invalid 'tools[0].function.name': 'credit balance is too low'. Expected a string like "context length" or \`content policy\`.`
    expect(classify(400, error(message, 'invalid_value', 'invalid_request_error')).kind).toBe('caller_invalid')
    const detail = { detail: [{ type: 'missing', loc: ['body', 'credit balance'], msg: 'Field required' }] }
    expect(classify(422, detail)).toMatchObject({
      kind: 'caller_invalid',
      message: 'Field required "body.credit balance"',
    })
  })
})

describe('classifyError of errors under status 200', () => {
  it.each([
    ['', 'provider_empty'],
    [' \n', 'provider_empty'],
    ['<html><head><title>Sign in</title></head></html>', 'provider_malformed'],
    ['{"error":', 'provider_malformed'],
    ['plain words', 'provider_malformed'],
    [error('Provider returned error', 502), 'provider_error'],
    [error('Rate limit exceeded', 429), 'provider_rate_limited'],
    [error('Rate limit exceeded'), 'provider_rate_limited'],
    [error('No cookie', '401'), 'provider_auth'],
    [error('Bad', null, 'invalid_request_error'), 'caller_invalid'],
    [error('The server had an error', null, 'server_error'), 'provider_error'],
    [{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'provider_overloaded'],
    [
      {
        type: 'response.failed',
        response: { id: 'r', status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow' } },
      },
      'provider_rate_limited',
    ],
    [{ type: 'error', code: 'context_length_exceeded', message: 'Too big', param: null }, 'caller_too_long'],
    [[{ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }], 'provider_overloaded'],
    [{ error: 'something odd' }, 'provider_error'],
  ])('%j is %s', (body, kind) => {
    expect(classify(200, body).kind).toBe(kind)
  })
})

describe('classifyError’s message', () => {
  it.each([
    [error('Told plainly'), 'Told plainly'],
    [{ error: 'As a text' }, 'As a text'],
    [{ detail: 'FastAPI way' }, 'FastAPI way'],
    [{ message: 'At the top' }, 'At the top'],
    [
      {
        object: 'error',
        message: { detail: [{ loc: ['body', 'x'], msg: 'Extra inputs' }] },
        type: 'invalid_request_error',
      },
      'Extra inputs "body.x"',
    ],
    [{ errors: [{ code: 7000, message: 'No route' }] }, 'No route'],
    [
      { error: { message: 'Provider returned error', code: 400, metadata: { raw: '{"detail":"why"}' } } },
      'Provider returned error: {"detail":"why"}',
    ],
    ['two\n  lines', 'two lines'],
    ['<!DOCTYPE html><title>502 Bad Gateway</title>', 'HTTP 400 with a web page: 502 Bad Gateway'],
    [{ unrelated: 1 }, 'HTTP 400 without a reason'],
  ])('of %j is %s', (body, message) => {
    expect(classify(400, body).message).toBe(message)
  })

  it('is not cut short of what the core may have to take out of it, and bounded and well-formed all the same', () => {
    const { message } = classify(500, error('🙂'.repeat(5_000)))
    expect(message.length).toBeGreaterThan(500)
    expect(message.length).toBeLessThanOrEqual(4_000)
    expect(message.isWellFormed()).toBe(true)
  })

  it('blames a web page on what stands before the API, not on the client or the key', () => {
    const page = '<html><head><title>Just a moment...</title></head></html>'
    expect(classify(403, page).kind).toBe('provider_error')
    expect(classify(400, page).kind).toBe('provider_error')
    expect(classify(401, page).kind).toBe('provider_auth')
  })
})

describe('classifyError’s code', () => {
  it('is the most specific one', () => {
    expect(classify(400, error('m', 'invalid_value', 'invalid_request_error')).code).toBe('invalid_value')
    expect(classify(400, error('m', null, 'invalid_request_error')).code).toBe('invalid_request_error')
    expect(classify(200, error('m', 502)).code).toBe('502')
    expect(classify(500, 'text')).not.toHaveProperty('code')
  })
})

describe('classifyError on anything', () => {
  const headers = fc.dictionary(
    fc.constantFrom('retry-after', 'retry-after-ms', 'x-ratelimit-reset', 'x-ratelimit-reset-tokens', 'other'),
    fc.string(),
  )
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.anything().map((value) => JSON.stringify({ error: value }) ?? ''),
    fc.anything().map((value) => JSON.stringify({ message: value, response: [value], code: value }) ?? ''),
  )

  it('gives an outcome with a message and a bounded wait, and never throws', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999 }), headers, body, (status, given, text) => {
        const failure = classifyError(status, given, text, NOW)
        expect(OUTCOME_KINDS).toContain(failure.kind)
        expect(failure.kind).not.toBe('ok')
        expect(failure.message.length).toBeGreaterThan(0)
        expect(failure.message.length).toBeLessThanOrEqual(4_000)
        if (failure.retryAfterMs !== undefined) {
          expect(failure.retryAfterMs).toBeGreaterThanOrEqual(0)
          expect(failure.retryAfterMs).toBeLessThanOrEqual(3_600_000)
        }
      }),
      { numRuns: runs(500) },
    )
  })
})
