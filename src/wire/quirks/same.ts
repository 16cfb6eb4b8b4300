/** Changes that cost nothing where nothing changes: each gives the very object it got unless it has to make another. */
import type { JsonObject } from '../../plugins/api.ts'

/** `context`: for a change that needs no function of its own. */
export function mapSame<T, C = undefined>(
  list: readonly T[],
  change: (entry: T, index: number, context: C) => T,
  context?: C,
): readonly T[] {
  let out: T[] | undefined
  for (let i = 0; i < list.length; i++) {
    const entry = list[i]!
    const changed = change(entry, i, context as C)
    if (changed !== entry) out ??= list.slice(0, i)
    out?.push(changed)
  }
  return out ?? list
}

/** The object with the key's value; a value of undefined takes the key out. */
export function withValue(object: JsonObject, key: string, value: unknown): JsonObject {
  if (object[key] === value) return object
  if (value !== undefined) return { ...object, [key]: value }
  const { [key]: _, ...rest } = object
  return rest
}

export function without(object: JsonObject, keys: ReadonlySet<string>): JsonObject {
  for (const key in object) if (keys.has(key)) return filtered(object, (name) => !keys.has(name))
  return object
}

export function only(object: JsonObject, keys: ReadonlySet<string>): JsonObject {
  for (const key in object) if (!keys.has(key)) return filtered(object, (name) => keys.has(name))
  return object
}

const filtered = (object: JsonObject, keep: (key: string) => boolean): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => keep(key)))
