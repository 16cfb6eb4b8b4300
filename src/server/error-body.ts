import { KNOWN_CODINGS } from '../base/content-codings.ts'
import type { ErrorType, RouterError } from '../base/errors.ts'
import { headerText } from './answer-head.ts'
import { googleError } from './google/error.ts'
import type { Dialect } from './surfaces.ts'

/** OpenAI's `error.type` per canonical type; `error.code` is null where OpenAI has none of its own. */
const OPENAI: Readonly<Record<ErrorType, readonly [type: string, code: string | null]>> = {
  authentication: ['invalid_request_error', 'invalid_api_key'],
  content_policy_violation: ['invalid_request_error', 'content_policy_violation'],
  context_length_exceeded: ['invalid_request_error', 'context_length_exceeded'],
  invalid_request: ['invalid_request_error', null],
  not_found: ['invalid_request_error', 'model_not_found'],
  payload_too_large: ['invalid_request_error', 'payload_too_large'],
  payment_required: ['insufficient_quota', 'insufficient_quota'],
  permission_denied: ['invalid_request_error', null],
  provider_overloaded: ['server_error', 'provider_overloaded'],
  provider_unavailable: ['server_error', 'provider_unavailable'],
  rate_limit_exceeded: ['rate_limit_error', 'rate_limit_exceeded'],
  server: ['server_error', null],
  timeout: ['server_error', 'timeout'],
  unmapped: ['server_error', null],
}

/** Anthropic's `error.type` per canonical type (docs.anthropic.com/en/api/errors). */
const ANTHROPIC: Readonly<Record<ErrorType, string>> = {
  authentication: 'authentication_error',
  content_policy_violation: 'invalid_request_error',
  context_length_exceeded: 'invalid_request_error',
  invalid_request: 'invalid_request_error',
  not_found: 'not_found_error',
  payload_too_large: 'request_too_large',
  payment_required: 'billing_error',
  permission_denied: 'permission_error',
  provider_overloaded: 'overloaded_error',
  provider_unavailable: 'api_error',
  rate_limit_exceeded: 'rate_limit_error',
  server: 'api_error',
  timeout: 'timeout_error',
  unmapped: 'api_error',
}

/** An error as the client's own kind of API would put it, with our canonical `error_type` beside it. */
export function errorBody(
  error: RouterError,
  dialect: Dialect,
  requestId: string | undefined,
): Record<string, unknown> {
  const { availability, details, ...metadata } = error.extra
  const shared = { error_type: error.type, router_code: error.code }
  if (dialect === 'anthropic') {
    return {
      type: 'error',
      error: {
        type: ANTHROPIC[error.type],
        message: error.message,
        ...shared,
        ...(details !== undefined && { details }),
        ...(availability !== undefined && { availability }),
      },
      ...(requestId !== undefined && { request_id: requestId }),
    }
  }
  if (dialect === 'openrouter') {
    return {
      error: {
        code: error.status,
        message: error.message,
        ...(availability !== undefined && { availability }),
        metadata: { ...shared, ...metadata },
      },
    }
  }
  if (dialect === 'google') return googleError(error, requestId)
  // https://docs.cohere.com/reference/errors
  if (dialect === 'cohere')
    return { ...(requestId !== undefined && { id: requestId }), message: error.message, ...shared, ...metadata }
  const [type, code] = OPENAI[error.type]
  return {
    error: {
      message: error.message,
      type,
      param: error.code === 'ROUTER_MODEL_NOT_FOUND' ? 'model' : (error.details.param ?? null),
      code:
        error.details.apiCode ?? (error.type === 'not_found' && error.code !== 'ROUTER_MODEL_NOT_FOUND' ? null : code),
      ...(availability !== undefined && { availability }),
      metadata: { ...shared, ...metadata },
    },
  }
}

/** Headers that go with an error: `retry-after`, in whole seconds, and what happened upstream. */
export function errorHeaders(error: RouterError): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' }
  if (error.retryAfterMs !== undefined)
    headers['retry-after'] = String(Math.max(1, Math.ceil(error.retryAfterMs / 1000)))
  const { previous_errors: attempts } = error.extra
  if (Array.isArray(attempts)) {
    headers['x-router-attempts'] = String(attempts.length)
    headers['x-router-endpoint'] = headerText(String(attempts.at(-1)?.endpoint))
  }
  if (error.type === 'authentication') headers['www-authenticate'] = 'Bearer'
  // Clients ask again after any 5xx, unless they are told not to.
  if (error.status === 501) headers['x-should-retry'] = 'false'
  if (error.status === 415) headers['accept-encoding'] = KNOWN_CODINGS
  return headers
}
