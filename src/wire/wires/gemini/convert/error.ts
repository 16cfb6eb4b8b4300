/** Error bodies: Google's `{ error: { code, message, status } }` and OpenAI's `{ error: { message, type, code } }`. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { isObject, numberOf, objectOf, stringOf } from '../../../untyped.ts'
import { httpStatusOf, statusOf } from '../status.ts'

/** The first match counts in both directions. */
const TYPES: readonly (readonly [string, number])[] = [
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['insufficient_quota', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['rate_limit_error', 429],
  ['overloaded_error', 503],
  ['timeout_error', 504],
  ['server_error', 500],
]

export function errorToHub(body: JsonObject): JsonObject {
  const error = objectOf(body.error)
  const status = numberOf(error.code) ?? httpStatusOf(error.status)
  const type = TYPES.find(([, each]) => each === status)?.[0] ?? 'server_error'
  return {
    error: { message: stringOf(error.message) || 'Unknown error', type, code: error.status ?? null, param: null },
  }
}

export function errorFromHub(body: JsonObject): JsonObject {
  const error = isObject(body.error) ? body.error : { message: body.error }
  const code = numberOf(error.code) ?? TYPES.find(([type]) => type === error.type)?.[1] ?? 500
  return { error: { code, message: stringOf(error.message) || 'Unknown error', status: statusOf(code) } }
}
