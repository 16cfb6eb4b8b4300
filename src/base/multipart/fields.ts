import { isObject } from '../json/is-object.ts'
import type { FormBytes } from './form-bytes.ts'
import type { FormPart } from './parse-form.ts'

type Fields = { [key: string]: unknown }

/** Levels of `a[b][c]`. */
const MAX_DEPTH = 6

/**
 * The fields of a form as clients mean them: text; `name[]` and a name that comes again are lists, `a[b]` is an object
 * with `b` in it, as openai's clients write what is nested.
 */
export function readFields(raw: FormBytes, parts: readonly FormPart[]): Fields {
  const fields: Fields = {}
  for (const { name, file, valueStart, valueEnd } of parts) {
    if (file) continue
    const path = pathOf(name)
    if (path) put(fields, path, raw.toString('utf8', valueStart, valueEnd))
  }
  return fields
}

/** Undefined for a name that is no place in an object. */
function pathOf(name: string): string[] | undefined {
  const [root, ...rest] = name.split('[')
  const path = [root!, ...rest.map((key) => key.replace(/\]$/, ''))]
  return path.length > MAX_DEPTH || path.includes('__proto__') ? undefined : path
}

function put(object: Fields, path: readonly string[], value: string): void {
  const [key, ...rest] = path as [string, ...string[]]
  const known = Object.hasOwn(object, key) ? object[key] : undefined
  if (rest.length === 0) object[key] = known === undefined ? value : [...listOf(known), value]
  else if (rest.length === 1 && (rest[0] === '' || /^\d+$/.test(rest[0]!)))
    object[key] = [...(known === undefined ? [] : listOf(known)), value]
  else {
    const inner = isObject(known) ? known : {}
    object[key] = inner
    put(inner, rest, value)
  }
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])
