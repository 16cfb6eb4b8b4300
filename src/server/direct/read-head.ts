import type { IncomingHttpHeaders } from 'node:http'

/** The head of a request that is ordinary in every way. */
export interface RequestHead {
  /** As it came. */
  readonly url: string
  /** By names in small letters. */
  readonly headers: IncomingHttpHeaders
  /** Of the body, in bytes. */
  readonly bodyLength: number
}

/**
 * A subset of RFC 9112 of which no two readers think differently: one space where one is usual, visible ASCII, no empty
 * values, no underscores in names, which gateways take for hyphens.
 */
const HEAD = /^POST \/[!-~]* HTTP\/1\.1\r\n(?:[A-Za-z0-9-]+: [!-~][ -~]*\r\n)+$/
const TARGET_AT = 'POST '.length
const TARGET_END = ' HTTP/1.1\r\n'
/** No space at the end of a value. */
const SPACED = ' \r\n'
const LENGTH = /^(?:0|[1-9]\d{0,8})$/
const KEEP_ALIVE = /^keep-alive$/i

/** What says that the request, or what is to become of its connection, is not ordinary. */
const UNUSUAL = ['transfer-encoding', 'expect', 'upgrade', 'trailer', 'te', 'proxy-connection', 'set-cookie']

/**
 * `text`: up to the end of the last header's line, a character a byte. Undefined unless it is an ordinary POST of
 * HTTP/1.1 with the length of its body, on a connection that is to be kept. It says nothing against those that it does
 * not take.
 */
export function readHead(text: string): RequestHead | undefined {
  if (!HEAD.test(text) || text.includes(SPACED)) return undefined
  let start = text.indexOf('\r\n') + 2
  const url = text.slice(TARGET_AT, start - TARGET_END.length)
  const headers: IncomingHttpHeaders = {}
  while (start < text.length) {
    const colon = text.indexOf(':', start)
    const end = text.indexOf('\r\n', colon)
    const name = text.slice(start, colon).toLowerCase()
    // Of two headers with one name; `constructor` and the like are names that every object has.
    if (name in headers) return undefined
    headers[name] = text.slice(colon + 2, end)
    start = end + 2
  }
  const { host, connection = 'keep-alive', 'content-length': length = '' } = headers
  if (host === undefined || !KEEP_ALIVE.test(connection) || !LENGTH.test(length)) return undefined
  for (const name of UNUSUAL) if (name in headers) return undefined
  return { url, headers, bodyLength: Number(length) }
}
