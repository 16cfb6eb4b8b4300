import type { IncomingHttpHeaders } from 'node:http'
import { KEY_HEADERS } from '../../routing/relay/relay-headers.ts'

/** Where keys stand in addresses. */
const KEY_PARAMETERS = ['key', 'api_key', 'api-key', 'apikey', 'access_token', 'token']

/** Texts that a client sends as its key, in the manner of whatever service it believes to talk to. */
export function presentedKeys(headers: IncomingHttpHeaders, query: string): string[] {
  const fromHeaders = KEY_HEADERS.flatMap((name) => headers[name] ?? []).map((value) => value.replace(/^\S+\s+/, ''))
  const parameters = query === '' ? undefined : new URLSearchParams(query)
  const fromQuery = KEY_PARAMETERS.flatMap((name) => parameters?.getAll(name) ?? [])
  return [...fromHeaders, ...fromQuery].map((key) => key.trim()).filter((key) => key !== '')
}

/**
 * The same headers with the key where this router looks for it. Bearer keys and `x-api-key` stay; what a vendor's own
 * client sends otherwise comes after them.
 */
export function withOwnKey(headers: IncomingHttpHeaders, presented: readonly string[]): IncomingHttpHeaders {
  const [first] = presented
  if (first === undefined || headers['x-api-key'] !== undefined) return headers
  return { ...headers, 'x-api-key': first }
}

/** A query without the parameters that carry one of these keys; the rest stays as it was written. */
export function withoutKeys(query: string, presented: readonly string[]): string {
  if (query === '' || presented.length === 0) return query
  const kept = query
    .slice(1)
    .split('&')
    .filter((part) => !presented.some((key) => decoded(part).includes(key)))
  return kept.length === 0 || kept[0] === '' ? '' : `?${kept.join('&')}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
