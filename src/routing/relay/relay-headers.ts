import type { IncomingHttpHeaders } from 'node:http'
import type { SecretMask } from './secret-mask.ts'

/** Between two neighbours only (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Where clients put keys, by the manner of whatever service they believe to talk to. */
export const KEY_HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'xi-api-key']

/** Of a request, what else is not sent on: about the client's connection, for this router, or for its own site. */
const NOT_SENT: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  ...KEY_HEADERS,
  'host',
  'content-length',
  'expect',
  'cookie',
  'origin',
  'referer',
  'forwarded',
  'via',
  'accept-encoding',
  'user-agent',
  'x-request-id',
  'traceparent',
  'tracestate',
])
/** `x-router-timeouts`, `x-forwarded-for`, `sec-fetch-site`, ... */
const NOT_SENT_PREFIXES = ['x-router-', 'x-forwarded-', 'x-real-', 'sec-', 'cf-', 'access-control-']

/**
 * Of an answer, what is not passed on: about the connection to the provider, or meant for a browser that is at the
 * provider's site.
 */
const NOT_RETURNED: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
  'public-key-pins',
  'alt-svc',
  'clear-site-data',
  'content-security-policy',
  'content-security-policy-report-only',
  'report-to',
  'nel',
  'server',
  'via',
  'www-authenticate',
  'authorization',
  'x-request-id',
])

/** What the provider gets of a client's headers. `presented`: keys that the client sent, which go nowhere. */
export function forwardedHeaders(headers: IncomingHttpHeaders, presented: readonly string[]): Record<string, string> {
  const named = connectionNames(headers)
  const kept: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    const text = Array.isArray(value) ? value.join(', ') : value
    if (text === undefined || NOT_SENT.has(name) || named.has(name)) continue
    if (NOT_SENT_PREFIXES.some((prefix) => name.startsWith(prefix)) || presented.some((key) => text.includes(key)))
      continue
    kept[name] = text
  }
  // What is compressed could be neither counted nor looked through.
  kept['accept-encoding'] = 'identity'
  return kept
}

/** What the client gets of an answer's. `location`: what became of a redirection's, which nobody follows. */
export function returnedHeaders(
  headers: IncomingHttpHeaders,
  mask: SecretMask,
  location: string | undefined,
): Record<string, string> {
  const named = connectionNames(headers)
  const kept: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    const text = Array.isArray(value) ? value.join(', ') : value
    if (text === undefined || NOT_RETURNED.has(name) || named.has(name) || name.startsWith('access-control-')) continue
    kept[name] = mask.text(text)
  }
  if (location !== undefined) kept.location = mask.text(location)
  // Whatever it is, it comes from this router's address: no browser shall run it there.
  kept['x-content-type-options'] = 'nosniff'
  kept['content-security-policy'] = 'sandbox'
  return kept
}

const NOTHING: ReadonlySet<string> = new Set()

/** Headers that are said to concern the connection only. */
function connectionNames({ connection }: IncomingHttpHeaders): ReadonlySet<string> {
  return connection === undefined ? NOTHING : new Set(connection.split(',').map((name) => name.trim().toLowerCase()))
}
