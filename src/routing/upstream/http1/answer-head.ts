import type { IncomingHttpHeaders } from 'node:http'

/** Status line and headers of an answer, and what they say of its body and connection (RFC 9112). */
export interface AnswerHead {
  readonly status: number
  /** By names in small letters. */
  readonly headers: IncomingHttpHeaders
  /** Of the body, in bytes; undefined where the head does not give it. */
  readonly length: number | undefined
  readonly isChunked: boolean
  readonly keepsAlive: boolean
  /** How long the server keeps the connection, as it says. */
  readonly keepAliveMs: number | undefined
}

/** No bare line feeds, no folded lines, no space before a colon, no control characters. */
const HEAD =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  /^HTTP\/1\.[01] [1-9]\d\d(?: [^\0-\x08\x0a-\x1f\x7f]*)?\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\0-\x08\x0a-\x1f\x7f]*\r\n)*$/
const LENGTH = /^\d{1,15}$/
const CHUNKED = /(?:^|,)[ \t]*chunked$/i
const CLOSE = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i
const KEEP_ALIVE = /(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i
const TIMEOUT = /\btimeout=(\d{1,9})/i

const SPACE = 0x20
const TAB = 0x09

/** `text`: up to the end of the last header's line, a character a byte. A text says what is wrong with it. */
export function readHead(text: string): AnswerHead | string {
  if (!HEAD.test(text)) return text.startsWith('HTTP/1.') ? 'INVALID_HEADER_TOKEN' : 'INVALID_CONSTANT'
  const headers: IncomingHttpHeaders = {}
  for (let start = text.indexOf('\r\n') + 2; start < text.length; ) {
    const colon = text.indexOf(':', start)
    const end = text.indexOf('\r\n', colon)
    add(headers, text.slice(start, colon).toLowerCase(), valueIn(text, colon + 1, end))
    start = end + 2
  }
  const { connection, 'content-length': length, 'transfer-encoding': coding, 'keep-alive': kept } = headers
  if (length !== undefined && !(typeof length === 'string' && LENGTH.test(length))) return 'INVALID_CONTENT_LENGTH'
  // Which of the two counts is what readers disagree about.
  if (coding !== undefined && length !== undefined) return 'INVALID_TRANSFER_ENCODING'
  const seconds = kept === undefined ? undefined : TIMEOUT.exec(String(kept))?.[1]
  const asked = connection === undefined ? '' : String(connection)
  const isOld = text[7] === '0'
  return {
    status: Number(text.slice(9, 12)),
    headers,
    length: length === undefined ? undefined : Number(length),
    isChunked: coding !== undefined && CHUNKED.test(String(coding)),
    // A server of HTTP/1.0 knows no chunks: which of two readers is right about its answer's end, nobody can say.
    keepsAlive: !CLOSE.test(asked) && !(isOld && (coding !== undefined || !KEEP_ALIVE.test(asked))),
    keepAliveMs: seconds === undefined ? undefined : 1000 * Number(seconds),
  }
}

/** Names such as `constructor` and `__proto__` are names like any other. */
function add(headers: IncomingHttpHeaders, name: string, value: string): void {
  const before = Object.hasOwn(headers, name) ? headers[name] : undefined
  if (before !== undefined) headers[name] = typeof before === 'string' ? [before, value] : [...before, value]
  else if (name === '__proto__')
    Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true })
  else headers[name] = value
}

function valueIn(text: string, from: number, to: number): string {
  let start = from
  let end = to
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

const isBlank = (code: number) => code === SPACE || code === TAB
