const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const PATH = /^[\x21-\x7e]+$/
/** They say how this connection is used, which is not for the sender of one request to say. */
const OF_CONNECTIONS =
  /^(?:connection|keep-alive|proxy-connection|transfer-encoding|upgrade|expect|te|trailer|content-length)$/i

/**
 * The head of a request on a connection that is kept. Undefined: there is something unusual about it. `length`: of its
 * body; undefined where it has none.
 */
export function requestHead(
  method: string,
  path: string,
  host: string,
  headers: Readonly<Record<string, string>>,
  length: number | undefined,
): string | undefined {
  if (!NAME.test(method) || !PATH.test(path)) return undefined
  const lines = knownLines(headers, host) ?? linesOf(headers, host)
  if (lines === undefined) return undefined
  const body = length === undefined ? '' : `content-length: ${length}\r\n`
  return `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n${lines}${body}\r\n`
}

/** Of headers that never change and go with request after request. */
const KNOWN = new WeakMap<object, { readonly host: string; readonly lines: string }>()

function knownLines(headers: Readonly<Record<string, string>>, host: string): string | undefined {
  const known = KNOWN.get(headers)
  return known?.host === host ? known.lines : undefined
}

/** Undefined: one of them is unusual. */
function linesOf(headers: Readonly<Record<string, string>>, host: string): string | undefined {
  let lines = ''
  for (const name in headers) {
    const value: unknown = headers[name]
    if (typeof value !== 'string' || !VALUE.test(value) || !NAME.test(name) || OF_CONNECTIONS.test(name))
      return undefined
    // TLS would have to be asked for another host, too.
    if (name.length === 4 && name.toLowerCase() === 'host') {
      if (value !== host) return undefined
    } else lines += `${name}: ${value}\r\n`
  }
  if (Object.isFrozen(headers)) KNOWN.set(headers, { host, lines })
  return lines
}
