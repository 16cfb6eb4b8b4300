import type { Failure } from '../plugins/api.ts'

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed while sending',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name could not be looked up',
  ENETUNREACH: 'network unreachable',
  EHOSTUNREACH: 'host unreachable',
  UND_ERR_SOCKET: 'connection closed by the other side',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
}

/** What a socket's error means. No address in the text: it goes to clients. */
export function networkFailure(error: Error): Failure {
  const code = codeOf(error)
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return { kind: 'provider_timeout_connect', message: 'no connection in time', code }
  }
  if (code.startsWith('HPE_')) return { kind: 'provider_malformed', message: `not a valid HTTP answer (${code})`, code }
  const words = WORDS[code] ?? 'connection failed'
  return { kind: 'provider_network', message: code ? `${words} (${code})` : words, code }
}

/**
 * True when a kept-alive connection had been closed by the upstream just as the request went out: nothing was answered, and the
 * connection had served before. Such a request may be sent again at once and says nothing about the endpoint.
 */
export function wasStaleConnection(error: Error): boolean {
  const socket = (error as { socket?: { bytesRead?: number } }).socket
  const code = codeOf(error)
  return (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE') && (socket?.bytesRead ?? 0) > 0
}

function codeOf(error: Error): string {
  const own = (error as NodeJS.ErrnoException).code
  if (typeof own === 'string' && own !== '') return own
  // Happy eyeballs fails with one error per address tried.
  const first = error instanceof AggregateError ? error.errors[0] : error.cause
  return first instanceof Error ? codeOf(first) : ''
}
