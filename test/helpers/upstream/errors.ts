import type { Json, ReceivedRequest } from './types.ts'

interface ErrorText {
  message: string
  /** OpenAI's `type` and `code`. */
  type: string
  code: string | null
  /** Anthropic's `error.type`. */
  anthropic: string
}

/** What the two companies say for each status, in their own words where they are documented. */
const TEXTS: Record<number, ErrorText> = {
  400: {
    message: "Invalid value for 'temperature'.",
    type: 'invalid_request_error',
    code: 'invalid_value',
    anthropic: 'invalid_request_error',
  },
  401: {
    message: 'Incorrect API key provided: sk-x***y.',
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    anthropic: 'authentication_error',
  },
  402: {
    message: 'Insufficient balance.',
    type: 'insufficient_balance',
    code: 'insufficient_balance',
    anthropic: 'billing_error',
  },
  403: {
    message: 'Country not supported.',
    type: 'request_forbidden',
    code: 'unsupported_country',
    anthropic: 'permission_error',
  },
  404: {
    message: 'The model does not exist.',
    type: 'invalid_request_error',
    code: 'model_not_found',
    anthropic: 'not_found_error',
  },
  429: {
    message: 'Rate limit reached for requests.',
    type: 'requests',
    code: 'rate_limit_exceeded',
    anthropic: 'rate_limit_error',
  },
  500: { message: 'The server had an error.', type: 'server_error', code: null, anthropic: 'api_error' },
  502: { message: 'Bad gateway.', type: 'server_error', code: null, anthropic: 'api_error' },
  503: {
    message: 'The engine is currently overloaded.',
    type: 'server_error',
    code: 'overloaded',
    anthropic: 'overloaded_error',
  },
  529: { message: 'Overloaded', type: 'overloaded_error', code: 'overloaded', anthropic: 'overloaded_error' },
}

/** An error body in the dialect of the request's wire. */
export function errorBody(request: ReceivedRequest, status: number, change: Partial<ErrorText> = {}): Json {
  const text = { ...(TEXTS[status] ?? (TEXTS[500] as ErrorText)), ...change }
  if (request.wire === 'anthropic-messages') {
    return { type: 'error', error: { type: text.anthropic, message: text.message }, request_id: 'req_scripted' }
  }
  return { error: { message: text.message, type: text.type, param: null, code: text.code } }
}

/** An empty purse dressed as a caller's mistake, as both companies have sent it. */
export const billingError = (request: ReceivedRequest): Json =>
  errorBody(request, 400, {
    message:
      request.wire === 'anthropic-messages'
        ? 'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.'
        : 'Billing hard limit has been reached',
    code: 'billing_hard_limit_reached',
  })
