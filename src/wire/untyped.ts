/** Reading untyped JSON: what has the wrong shape counts as absent, unless the reader calls `refuse`. */
import { RouterError } from '../base/errors.ts'
import { isObject } from '../base/json/is-object.ts'
import type { JsonObject } from '../plugins/api.ts'

export { isObject }

export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {})

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '')

export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** Whether the value of an `error` field says anything: some servers send an empty one with each good answer. */
export function isErrorGiven(value: unknown): boolean {
  return isObject(value) ? Object.values(value).some(Boolean) : Boolean(value)
}

/** Ends the conversion: `field` is a path such as `messages[2].content[0]`, `why` completes the sentence. */
export function refuse(field: string, why: string): never {
  throw new RouterError('ROUTER_BAD_REQUEST', { reason: `${field} ${why}.` })
}

/** `body` without keys whose value is undefined. */
export function compact(body: JsonObject): JsonObject {
  for (const key in body) if (body[key] === undefined) delete body[key]
  return body
}
