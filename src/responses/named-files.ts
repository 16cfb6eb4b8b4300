import { RouterError } from '../base/errors.ts'
import type { JsonObject } from '../plugins/api.ts'
import type { Call } from '../routing/ports.ts'

/** `file_id` or `file_ids`. */
const FIELD = Buffer.from('"file_id')
/** Of letters that need none, which would hide the field. */
const ESCAPE = Buffer.from('\\u00')
/** Bytes: whoever inlines media or a long history has few fields for them, and to look at these is quicker. */
const SCANNED = 8 * 1024
/** Of one request. */
const MAX_FILES = 100

/**
 * Ids of files that a request names instead of holding them, in whatever wire; undefined for none. Throws
 * ROUTER_BAD_REQUEST for more than can be looked up.
 */
export function namedFiles({ raw, body, form }: Pick<Call, 'raw' | 'body' | 'form'>): string[] | undefined {
  // Few requests have any: of a short one the bytes say so faster than the body.
  if (form || (raw.length <= SCANNED && !raw.includes(FIELD) && !raw.includes(ESCAPE))) return undefined
  const ids = new Set<string>()
  const left: unknown[] = [body]
  while (left.length > 0) {
    const value = left.pop()
    if (typeof value !== 'object' || value === null) continue
    const { file_id: id, file_ids: more } = value as JsonObject
    for (const one of Array.isArray(more) ? [id, ...more] : [id]) if (typeof one === 'string') ids.add(one)
    if (ids.size > MAX_FILES)
      throw new RouterError('ROUTER_BAD_REQUEST', { reason: `It names more than ${MAX_FILES} files by "file_id".` })
    for (const inner of Object.values(value)) if (typeof inner === 'object') left.push(inner)
  }
  return ids.size > 0 ? [...ids] : undefined
}
