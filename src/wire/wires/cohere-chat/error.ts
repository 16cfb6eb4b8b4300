import type { JsonObject } from '../../../plugins/api.ts'
import { stringOf } from '../../untyped.ts'

/** `{ message, id }` as OpenAI's error object. */
export function errorToHub({ message, error }: JsonObject): JsonObject {
  const reason = stringOf(message) || stringOf(error) || 'Unknown error'
  return { error: { message: reason, type: 'server_error', code: null, param: null } }
}
