import type { JsonObject } from '../plugins/api.ts'
import type { Call } from '../routing/ports.ts'

const FIELD = Buffer.from('"file_id"')
/** Of one request. */
const MAX_FILES = 100

/** Ids of files that a request names instead of holding them, in whatever wire; undefined for none. */
export function namedFiles({ raw, body, form }: Pick<Call, 'raw' | 'body' | 'form'>): string[] | undefined {
  // Few requests have any: the bytes say so faster than the body.
  if (form || !raw.includes(FIELD)) return undefined
  const ids = new Set<string>()
  const left: unknown[] = [body]
  while (left.length > 0 && ids.size < MAX_FILES) {
    const value = left.pop()
    if (typeof value !== 'object' || value === null) continue
    const { file_id: id } = value as JsonObject
    if (typeof id === 'string') ids.add(id)
    for (const inner of Object.values(value)) if (typeof inner === 'object') left.push(inner)
  }
  return ids.size > 0 ? [...ids] : undefined
}
