import { isObject } from '../base/json/is-object.ts'
import type { JsonObject } from './api.ts'

const DEEPEST = 20

/**
 * The texts in `options` that must never be shown, longest first: what the schema marks `writeOnly`, and in any address
 * its password, keys in its query, and parts of its path that look like a token or came from the environment
 * (`fromEnv`).
 */
export function secretsIn(schema: JsonObject, options: unknown, fromEnv: readonly string[] = []): string[] {
  const found = new Set<string>()
  collect(schema, options, false, { found, fromEnv }, DEEPEST)
  return [...found].sort((a, b) => b.length - a.length)
}

interface Finds {
  readonly found: Set<string>
  readonly fromEnv: readonly string[]
}

function collect(schema: unknown, value: unknown, inSecret: boolean, finds: Finds, depth: number): void {
  if (depth === 0 || value === undefined || value === null) return
  const rules = isObject(schema) ? schema : {}
  const secret = inSecret || rules.writeOnly === true
  for (const branches of [rules.allOf, rules.anyOf, rules.oneOf]) {
    if (Array.isArray(branches)) for (const branch of branches) collect(branch, value, secret, finds, depth - 1)
  }
  if (typeof value !== 'object') {
    if (secret) finds.found.add(String(value))
    else if (typeof value === 'string') for (const part of secretsOfAddress(value, finds.fromEnv)) finds.found.add(part)
    return
  }
  const named = isObject(rules.properties) ? rules.properties : {}
  for (const [key, member] of Object.entries(value)) {
    collect(
      Array.isArray(value) ? rules.items : (named[key] ?? rules.additionalProperties),
      member,
      secret,
      finds,
      depth - 1,
    )
  }
}

const SECRET_PARAMETER = /(?:key|token|secret|sig|signature|password|auth|credential|code)$/i

function secretsOfAddress(address: string, fromEnv: readonly string[]): string[] {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(address) || !URL.canParse(address)) return []
  const { username, password, searchParams, pathname } = new URL(address)
  const isFromEnv = (part: string) => part.length >= MIN_TOKEN_LENGTH && fromEnv.some((value) => value.includes(part))
  const found = [...searchParams]
    .filter(([name, value]) => SECRET_PARAMETER.test(name) || isFromEnv(value))
    .map(([, value]) => value)
  if (password !== '')
    found.push(password, decoded(password), Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64'))
  // A user without a password is a token.
  else if (username !== '') found.push(username, decoded(username))
  // A variable that holds the whole address says nothing of its parts.
  const values = fromEnv.filter((value) => !value.includes('://'))
  for (const segment of pathname.split('/').map(decoded)) {
    if (isToken(segment) || values.some((value) => value.length >= MIN_TOKEN_LENGTH && segment.includes(value)))
      found.push(segment)
  }
  return found.filter((part) => part !== '')
}

/** Shorter texts from the environment are names of regions, versions and the like. */
const MIN_TOKEN_LENGTH = 8

/** 32 hexadecimal digits, or 20 characters without a word's shape: capitals, small letters and digits mixed. */
const isToken = (segment: string): boolean =>
  /^[0-9a-f]{32,}$/i.test(segment) ||
  (/^[\w-]{20,}$/.test(segment) && /[A-Z]/.test(segment) && /[a-z]/.test(segment) && /\d/.test(segment))

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
