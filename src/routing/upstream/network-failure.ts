import type { Failure } from '../../plugins/api.ts'

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
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an authority that is not trusted here (tls.ca)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an authority that is not trusted here (tls.ca)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an authority that is not trusted here (tls.ca)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it wants a client certificate (tls.cert)',
  UND_ERR_PRX_CONN: 'the proxy closed the connection',
  UND_ERR_PRX_TLS: 'the certificate of the proxy is for another name',
}

export const UNASKED_SWITCH = 'it answered with status 101, to speak another protocol, which nobody had asked for'

/** What a socket's error means. No address in the text: it goes to clients. */
export function networkFailure(error: Error): Failure {
  const code = codeOf(error)
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return { kind: 'provider_timeout_connect', message: 'no connection in time', code }
  }
  if (code.startsWith('HPE_')) return { kind: 'provider_malformed', message: `not a valid HTTP answer (${code})`, code }
  if (code === 'NO_UPGRADE') return { kind: 'provider_malformed', message: 'it answered, and not by a WebSocket', code }
  // undici's words for an answer 101 with an `upgrade` header.
  if (error.message === 'bad upgrade') return { kind: 'provider_malformed', message: UNASKED_SWITCH, code }
  // undici's words for what a proxy answers in place of a tunnel, or of a forwarded answer.
  const [, refusal] = /^Proxy (?:response|Authentication Required) \((\d+)\)/.exec(error.message) ?? []
  if (refusal)
    return {
      kind: 'provider_network',
      message: refusal === '407' ? 'the proxy wants a user and password (407)' : `the proxy refused (${refusal})`,
      code,
    }
  const words = WORDS[code] ?? (code.startsWith('WS_') ? 'the WebSocket was closed' : 'connection failed')
  return { kind: 'provider_network', message: code ? `${words} (${code})` : words, code }
}

function codeOf(error: Error): string {
  const own = (error as NodeJS.ErrnoException).code
  if (typeof own === 'string' && own !== '') return own
  // Happy eyeballs fails with one error per address tried.
  const first = error instanceof AggregateError ? error.errors[0] : error.cause
  return first instanceof Error ? codeOf(first) : ''
}
