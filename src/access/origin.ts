import { isIPv4 } from 'node:net'

/**
 * True for the `Origin` of a web page that does not come from this machine. A browser sends it with every POST, so that a page anywhere could
 * spend the money of a router that asks for no key: at its real address without reading the answer, or, once it has bound its own name to
 * 127.0.0.1, reading it.
 */
export function isForeign(origin: string | undefined): boolean {
  if (origin === undefined) return false
  // Of a sandboxed frame: "null".
  if (!URL.canParse(origin)) return true
  const { protocol, hostname: host } = new URL(origin)
  // Programs with a browser inside have schemes of their own.
  if (protocol !== 'http:' && protocol !== 'https:') return false
  return !(host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || (isIPv4(host) && host.startsWith('127.')))
}
