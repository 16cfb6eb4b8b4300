import type { IncomingHttpHeaders } from 'node:http'

/** The head of a request that is ordinary in every way. */
export interface RequestHead {
  /** As it came. */
  readonly url: string
  /** By names in small letters; without `content-length`, which is `bodyLength`. */
  readonly headers: IncomingHttpHeaders
  /** Of the body, in bytes. */
  readonly bodyLength: number
}

/** A head as it was read, and where the digits of `bodyLength` begin and end in it. */
export interface ReadHead extends RequestHead {
  readonly digitsFrom: number
  readonly digitsTo: number
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
const LENGTH_NAME = 'content-length'
/** Of a body's length. */
const MAX_DIGITS = 9
const ZERO = 0x30
const KEEP_ALIVE = /^keep-alive$/i

/** What says that the request, or what is to become of its connection, is not ordinary. */
const UNUSUAL = ['transfer-encoding', 'expect', 'upgrade', 'trailer', 'te', 'proxy-connection', 'set-cookie']

/**
 * `text`: up to the end of the last header's line, a character a byte. Undefined unless it is an ordinary POST of
 * HTTP/1.1 with the length of its body, on a connection that is to be kept. It says nothing against those that it does
 * not take.
 */
export function readHead(text: string): ReadHead | undefined {
  if (!HEAD.test(text) || text.includes(SPACED)) return undefined
  let start = text.indexOf('\r\n') + 2
  const url = text.slice(TARGET_AT, start - TARGET_END.length)
  const headers: IncomingHttpHeaders = {}
  let digitsFrom = -1
  let digitsTo = -1
  while (start < text.length) {
    const colon = text.indexOf(':', start)
    const end = text.indexOf('\r\n', colon)
    const name = text.slice(start, colon).toLowerCase()
    // Of two headers with one name; `constructor` and the like are names that every object has.
    if (name in headers || (name === LENGTH_NAME && digitsFrom >= 0)) return undefined
    if (name === LENGTH_NAME) {
      digitsFrom = colon + 2
      digitsTo = end
    } else headers[name] = text.slice(colon + 2, end)
    start = end + 2
  }
  const { host, connection = 'keep-alive' } = headers
  if (host === undefined || !KEEP_ALIVE.test(connection) || digitsFrom < 0) return undefined
  for (const name of UNUSUAL) if (name in headers) return undefined
  const bytes = Buffer.from(text.slice(digitsFrom, digitsTo), 'latin1')
  const bodyLength = digitsEnd(bytes, 0) === bytes.length ? lengthIn(bytes, 0, bytes.length) : undefined
  return bodyLength === undefined ? undefined : { url, headers, bodyLength, digitsFrom, digitsTo }
}

/** Behind the digits that begin at `from`: as many as a body's length may have, at the most. */
export function digitsEnd(bytes: Buffer, from: number): number {
  const most = Math.min(from + MAX_DIGITS, bytes.length)
  let at = from
  while (at < most && bytes[at]! >= ZERO && bytes[at]! <= ZERO + 9) at++
  return at
}

/** What these digits say; undefined for none, and for zeros before others. */
export function lengthIn(bytes: Buffer, from: number, to: number): number | undefined {
  if (to === from || (bytes[from] === ZERO && to - from > 1)) return undefined
  let length = 0
  for (let at = from; at < to; at++) length = 10 * length + bytes[at]! - ZERO
  return length
}
