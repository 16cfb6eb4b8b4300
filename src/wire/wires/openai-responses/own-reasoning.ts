/**
 * Reasoning in the history of a Responses request that goes on in that wire. What the router signed was made in another
 * one, and the maker of this one refuses it (`invalid_encrypted_content`). All else is left as it came.
 */
import type { JsonObject } from '../../../plugins/api.ts'
import { isToken } from '../../reasoning/token.ts'
import { isObject } from '../../untyped.ts'

/** The same object when nothing has to change. */
export function reasoningForResponses(body: JsonObject): JsonObject {
  const { input } = body
  if (!Array.isArray(input) || !input.some(isForeign)) return body
  return { ...body, input: input.filter((item) => !isForeign(item)) }
}

const isForeign = (item: unknown): boolean =>
  isObject(item) && item.type === 'reasoning' && isToken(item.encrypted_content)
