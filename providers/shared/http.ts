import type { PassthroughCall, PassthroughTarget, UpstreamRequest } from 'commonroute/plugin'

export type HeaderMap = Readonly<Record<string, string>>

/** JSON Schema of the `headers` option. Values may carry secrets. */
export const HEADERS_SCHEMA = {
  type: 'object',
  description: 'Extra headers for every request; they win over the ones set by the plugin.',
  // Others could not be sent, and a line end would begin another header.
  additionalProperties: {
    type: 'string',
    pattern: '^[\\t\\x20-\\x7e\\x80-\\xff]*$',
    writeOnly: true,
    expects: 'a text of one line',
  },
  default: {},
}

/** JSON Schema of a URL that may stand in `base_url` of a provider that has a key. */
export const BASE_URL_SCHEMA = {
  type: 'string',
  pattern: '^https?://[^\\s/?#@]+([/?#][^\\s]*)?$',
  expects: 'an address such as https://host/v1, without user:password@',
}

/** The same where user:password@ may stand in the address, and becomes the authorization (RFC 7617). */
export const OPEN_URL_SCHEMA = {
  type: 'string',
  pattern: '^https?://[^\\s]+$',
  expects: 'an address such as http://127.0.0.1:8000/v1',
}

/** The authorization that `user:password@` in an address stands for; nothing when it has none. */
export function basicAuthorization(base: string): HeaderMap {
  const { username, password } = new URL(base)
  if (username === '' && password === '') return {}
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
}

/** Routes that people copy into `base_url` along with the rest of an example. */
const ROUTES =
  /\/+(?:(?:chat\/)?completions|responses|embeddings|images\/generations|audio\/\w+|moderations|rerank)\/*$/

/** JSON Schema of what goes into a header as it is: visible ASCII. */
export const API_KEY_SCHEMA = { type: 'string', minLength: 1, pattern: '^[\\x21-\\x7e]+$', writeOnly: true }

/**
 * `base` and `path` with exactly one slash between them; a query of the base is kept behind the path, a route at its
 * end and `user:password@` are left out.
 */
export function joinUrl(base: string, path: string): URL {
  const url = new URL(base)
  url.username = ''
  url.password = ''
  url.pathname = `${url.pathname.replace(ROUTES, '').replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`
  return url
}

/** Header sets made once, so that a request allocates none: one for whole answers, one for streams. */
export interface HeaderSets {
  readonly whole: HeaderMap
  readonly stream: HeaderMap
}

/** @param extra from the configuration: any case, winning over `own`. */
export function headerSets(own: HeaderMap, extra: HeaderMap): HeaderSets {
  const lower = Object.fromEntries(Object.entries(extra).map(([name, value]) => [name.toLowerCase(), value]))
  // Without the header any compression would be welcome (RFC 9110, 12.5.3), and a stream could not be read as it comes.
  const base = {
    'content-type': 'application/json',
    'user-agent': 'commonroute',
    'accept-encoding': 'identity',
    ...own,
  }
  // Frozen: what never changes need not be looked at again for each request.
  return {
    whole: Object.freeze({ ...base, accept: 'application/json', ...lower }),
    stream: Object.freeze({ ...base, accept: 'text/event-stream', ...lower }),
  }
}

/** The request that lists models: the whole-answer headers without a content type. */
export function listRequest(url: URL, headers: HeaderSets): UpstreamRequest {
  const { 'content-type': _, ...rest } = headers.whole
  return { method: 'GET', url, headers: rest, framing: 'none' }
}

/** A version that stands in the base URL already, and which clients write too: `v1`, `v1beta`, `v2`. */
const VERSION = /^v\d+[a-z]*\d*$/

/**
 * Any path of a service below its base URL, with its key. A version that the base ends in need not be written, and may
 * be.
 */
export function passedThrough(base: string, { path, query }: PassthroughCall, headers: HeaderSets): PassthroughTarget {
  const root = new URL(base)
  const last = root.pathname.replace(ROUTES, '').replace(/\/+$/, '').split('/').at(-1)!
  const below = VERSION.test(last) && (path === last || path.startsWith(`${last}/`)) ? path.slice(last.length) : path
  const url = joinUrl(base, below)
  if (query !== '') url.search = url.search === '' ? query : `${url.search}&${query.slice(1)}`
  const { 'content-type': _type, accept: _accept, ...own } = headers.whole
  return { url, headers: own }
}
