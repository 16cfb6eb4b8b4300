/** What Cohere, Ollama and OpenRouter say when they fail, and what it means. */
import { describe, expect, it } from 'vitest'
import cohere from '../../../providers/cohere/index.ts'
import ollama from '../../../providers/ollama/index.ts'
import openrouter from '../../../providers/openrouter/index.ts'
import type { Failure, ProviderAdapter } from '../../../src/plugins/api.ts'
import { adapterOf } from './exchange.ts'

type Row = readonly [what: string, status: number, body: unknown, kind: Failure['kind'], more?: Partial<Failure>]

const co = (message: string) => ({ id: 'x', message })
const COHERE: readonly Row[] = [
  ['a bad key', 401, co('invalid api token'), 'provider_auth', { about: 'endpoint' }],
  ['a token that is gone', 498, co('invalid token'), 'provider_auth', { about: 'endpoint' }],
  [
    'no such model',
    404,
    co("model 'nope' not found, make sure the correct model ID was used"),
    'provider_not_found',
    { about: 'endpoint' },
  ],
  ['a bad request', 400, co('invalid request: message must be at least 1 token long'), 'caller_invalid'],
  ['a value out of range', 422, co('temperature must be between 0 and 2'), 'caller_invalid'],
  [
    'too long',
    400,
    co('too many tokens: total number of tokens in the prompt cannot exceed 128000'),
    'caller_too_long',
  ],
  [
    'a minute used up',
    429,
    co('You are using a Trial key, which is limited to 20 API calls / minute.'),
    'provider_rate_limited',
  ],
  [
    'a month used up',
    429,
    co('You are using a Trial key, which is limited to 1000 API calls / month.'),
    'provider_billing',
    { about: 'endpoint' },
  ],
  ['no money', 402, co('Please add or update your payment method to continue'), 'provider_billing'],
  ['a closed request', 499, co('request cancelled'), 'provider_error'],
  ['its own fault', 500, co('internal server error'), 'provider_error'],
  ['too busy', 503, co('service unavailable'), 'provider_overloaded'],
  ['too slow', 504, co('gateway timeout'), 'provider_timeout_response'],
  [
    'an end in ERROR',
    200,
    { type: 'message-end', delta: { finish_reason: 'ERROR' } },
    'provider_error',
    { code: 'ERROR' },
  ],
  ['an end in TIMEOUT', 200, { finish_reason: 'TIMEOUT' }, 'provider_timeout_response', { code: 'TIMEOUT' }],
]

const ol = (error: string) => ({ error })
const OLLAMA: readonly Row[] = [
  ['no such model', 404, ol('model "m" not found, try pulling it first'), 'provider_not_found', { about: 'endpoint' }],
  [
    'no tools',
    400,
    ol('registry.ollama.ai/library/m:latest does not support tools'),
    'provider_not_found',
    { about: 'request' },
  ],
  ['no thinking', 400, ol('"m" does not support thinking'), 'provider_not_found', { about: 'request' }],
  [
    'no eyes',
    500,
    ol('this model is missing data required for image input'),
    'provider_not_found',
    { about: 'request' },
  ],
  ['a full queue', 503, ol('server busy, please try again.  maximum pending requests exceeded'), 'provider_overloaded'],
  [
    'too little memory',
    500,
    ol('model requires more system memory (9.1 GiB) than is available (1.2 GiB)'),
    'provider_overloaded',
  ],
  ['a crash', 500, ol('llama runner process has terminated: exit status 2'), 'provider_error'],
  ['a crash in mid-stream', 200, ol('an error was encountered while running the model: EOF'), 'provider_error'],
  ['too long', 400, ol('the input length exceeds the context length'), 'caller_too_long'],
  [
    'a bad request',
    400,
    ol('json: cannot unmarshal string into Go struct field ChatRequest.messages'),
    'caller_invalid',
  ],
  ['a key that is missing', 401, ol('unauthorized'), 'provider_auth'],
  ['the cloud is slow', 502, ol('upstream error'), 'provider_error'],
  ['the cloud’s limit', 429, ol('you have reached your hourly usage limit'), 'provider_rate_limited'],
]

const or = (code: number, message: string, more: object = {}) => ({ error: { code, message, ...more } })
const type = (error_type: string) => ({ metadata: { error_type } })
const gone = (code: string, more: object = {}) => ({ availability: { code, retryable: true, ...more } })
const OPENROUTER: readonly Row[] = [
  ['a bad key', 401, or(401, 'User not found.', type('authentication')), 'provider_auth'],
  [
    'no credits',
    402,
    or(402, 'Insufficient credits', type('payment_required')),
    'provider_billing',
    { about: 'endpoint' },
  ],
  [
    'too few credits',
    402,
    or(402, 'This request requires more credits, or fewer max_tokens.'),
    'provider_billing',
    { about: 'request' },
  ],
  [
    'moderation',
    403,
    or(403, 'Input was flagged', { metadata: { reasons: ['violence'], flagged_input: 'x' } }),
    'policy_refused',
  ],
  ['a guardrail', 403, or(403, 'Blocked', { metadata: { patterns: ['x'] } }), 'policy_refused'],
  ['a refusal', 200, or(400, 'No', type('refusal')), 'policy_refused'],
  [
    'nobody by the data policy',
    404,
    or(404, 'No endpoints found matching your data policy.'),
    'provider_not_found',
    { about: 'request' },
  ],
  [
    'nobody allowed',
    404,
    or(404, 'No allowed providers are available for the selected model.'),
    'provider_not_found',
    { about: 'request' },
  ],
  ['a constraint', 404, or(404, 'Nobody', gone('constraint_filtered')), 'provider_not_found', { about: 'request' }],
  [
    'no such model',
    400,
    or(400, 'x is not a valid model ID', gone('model_not_found')),
    'provider_not_found',
    { about: 'endpoint' },
  ],
  ['another API', 400, or(400, 'Use embeddings', gone('wrong_endpoint')), 'provider_not_found', { about: 'operation' }],
  [
    'a full house',
    503,
    or(503, 'Busy', gone('capacity_exhausted', { retry_after: 4 })),
    'provider_overloaded',
    { retryAfterMs: 4000 },
  ],
  ['a rate limit in mid-stream', 200, or(429, 'Slow down', type('rate_limit_exceeded')), 'provider_rate_limited'],
  [
    'a provider that is down',
    502,
    or(502, 'Provider returned error', {
      metadata: { raw: 'upstream connect error', error_type: 'provider_unavailable' },
    }),
    'provider_error',
  ],
  ['a provider that is full', 503, or(503, 'Overloaded', type('provider_overloaded')), 'provider_overloaded'],
  ['a time that is up', 408, or(408, 'Timed out', type('timeout')), 'provider_timeout_response'],
  ['too long', 400, or(400, 'Too much', type('context_length_exceeded')), 'caller_too_long'],
  ['a bad picture', 400, or(400, 'Bad image', type('invalid_image')), 'caller_invalid'],
  [
    'messages’ own place',
    400,
    { type: 'error', error: { type: 'api_error', message: 'x', error_type: 'invalid_prompt' } },
    'caller_invalid',
  ],
  ['what has no type', 500, or(500, 'Internal Server Error'), 'provider_error'],
]

const key = { api_key: 'sample-key-0123456789' }
const ADAPTERS: readonly (readonly [string, () => Promise<ProviderAdapter>, readonly Row[]])[] = [
  ['Cohere', () => adapterOf(cohere, key), COHERE],
  ['Ollama', () => adapterOf(ollama, {}), OLLAMA],
  ['OpenRouter', () => adapterOf(openrouter, key), OPENROUTER],
]

describe.each(ADAPTERS)('%s', (_, open, rows) => {
  it.each(rows.map(([what, status, body, kind, more]) => ({ what, status, body, expected: { kind, ...more } })))(
    '$what ($status)',
    async ({ status, body, expected }) => {
      const adapter = await open()
      expect(adapter.classify(status, {}, JSON.stringify(body))).toMatchObject(expected)
    },
  )
})
