import type { ServerResponse } from 'node:http'

const { STATUS_CODES } = process.getBuiltinModule('node:http')

export type Head = Record<string, string | number>

/** What a header's value may hold; names are the router's own. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Node's own of a response, beside what is public. */
interface Internals {
  _header: string | null
  _headerSent: boolean
  readonly _keepAliveTimeout: number
  readonly _maxRequestsPerSocket: number | null
  readonly _expect_continue?: boolean
  readonly maxRequestsOnConnectionReached?: boolean
}

/**
 * `response.writeHead` for a head with a length or chunks, byte for byte. Node looks at each header's name and value,
 * for what each means to it and for those set before, which takes longer than all else that becomes of an answer here.
 * Where anything is unusual, Node does it.
 */
export function writeHead(response: ServerResponse, status: number, head: Head): void {
  const inner = response as unknown as Internals
  const timeout = inner._keepAliveTimeout
  const kept = timeout ? keptFor(timeout) : KEPT
  const text = isUsual(response, status) ? headText(status, head, kept) : undefined
  if (text === undefined) {
    response.writeHead(status, head)
    return
  }
  response.statusCode = status
  response.statusMessage = phraseOf(status)
  inner._header = text
  inner._headerSent = false
}

const KEPT = 'Connection: keep-alive\r\n'

/** What an answer says of its connection: kept for so many milliseconds. */
export const keptFor = (timeoutMs: number) => `${KEPT}Keep-Alive: timeout=${Math.floor(timeoutMs / 1000)}\r\n`

/** All of a head as Node writes it, `kept` being its last lines; undefined where it holds what no header may. */
export function headText(status: number, head: Head, kept: string): string | undefined {
  const lines = linesOf(head)
  return lines === undefined
    ? undefined
    : `HTTP/1.1 ${status} ${phraseOf(status)}\r\n${lines}Date: ${date()}\r\n${kept}\r\n`
}

const phraseOf = (status: number) => STATUS_CODES[status] ?? 'unknown'

/** A connection of HTTP/1.1 that is kept, for an answer with a body that nobody has begun. */
function isUsual(response: ServerResponse, status: number): boolean {
  const { shouldKeepAlive, useChunkedEncodingByDefault, sendDate } = response
  const inner = response as unknown as Internals
  return (
    status >= 200 &&
    status !== 204 &&
    status !== 304 &&
    shouldKeepAlive &&
    useChunkedEncodingByDefault &&
    sendDate &&
    inner._header === null &&
    inner._expect_continue !== true &&
    inner.maxRequestsOnConnectionReached !== true &&
    !inner._maxRequestsPerSocket &&
    response.getHeaderNames().length === 0
  )
}

function linesOf(head: Head): string | undefined {
  let lines = ''
  for (const name in head) {
    const value = head[name]!
    if (typeof value === 'string' && !VALUE.test(value)) return undefined
    lines += `${name}: ${value}\r\n`
  }
  return lines
}

let second = 0
let text = ''

/** Now, as a header has it; made once a second. */
function date(): string {
  const now = Math.floor(Date.now() / 1000)
  if (now !== second) {
    second = now
    text = new Date(now * 1000).toUTCString()
  }
  return text
}
