/** Error bodies. Source: Anthropic's errors page; OpenAI's error object `{ message, type, code, param }`. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { isObject, objectOf, stringOf } from '../../../untyped.ts'

/**
 * Anthropic's type, OpenAI's type, HTTP status (OpenRouter's integer `code`). The first match wins in both directions.
 */
const TYPES: readonly (readonly [string, string, number])[] = [
  ['invalid_request_error', 'invalid_request_error', 400],
  ['authentication_error', 'authentication_error', 401],
  ['billing_error', 'insufficient_quota', 402],
  ['permission_error', 'permission_error', 403],
  ['not_found_error', 'not_found_error', 404],
  ['request_too_large', 'request_too_large', 413],
  ['rate_limit_error', 'rate_limit_error', 429],
  ['rate_limit_error', 'tokens', 429],
  ['rate_limit_error', 'requests', 429],
  ['timeout_error', 'timeout_error', 504],
  ['overloaded_error', 'overloaded_error', 529],
  ['overloaded_error', 'overloaded_error', 503],
  ['api_error', 'server_error', 500],
]

export const isAnthropicError = (body: JsonObject): boolean => body.type === 'error' && isObject(body.error)

/** `{ error: { message, type, code, param } }`. */
export function errorToHub(body: JsonObject): JsonObject {
  const error = objectOf(body.error)
  const type = stringOf(error.type)
  const known = TYPES.find(([anthropic]) => anthropic === type)
  return {
    error: {
      message: stringOf(error.message) || 'Unknown error',
      type: known?.[1] ?? (type || 'server_error'),
      code: null,
      param: null,
    },
  }
}

/** `{ type: "error", error: { type, message } }`. */
export function errorFromHub(body: JsonObject): JsonObject {
  const error = isObject(body.error) ? body.error : { message: body.error }
  const match = TYPES.find(([anthropic, openai]) => error.type === openai || error.type === anthropic)
  const byCode = TYPES.find(([, , status]) => error.code === status)
  return {
    type: 'error',
    error: { type: (match ?? byCode)?.[0] ?? 'api_error', message: stringOf(error.message) || 'Unknown error' },
  }
}
