import type { IncomingHttpHeaders } from 'node:http'

/** What OpenAI's browser clients put among the protocols of a WebSocket, in place of headers. */
const KEY = 'openai-insecure-api-key.'
const BETA = 'openai-beta.'
/** Accounts of the maker's own, which clients of this router have none of. */
const ACCOUNT = /^openai-(organization|project)\./
const REALTIME = 'realtime'

export interface Protocols {
  readonly key: string | undefined
  /** As the header `openai-beta` would have it: `realtime=v1`. */
  readonly beta: string | undefined
  /** That the session is to speak; undefined when none is offered. */
  readonly chosen: string | undefined
}

export function protocolsOf(headers: IncomingHttpHeaders): Protocols {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  const after = (prefix: string) => offered.find((name) => name.startsWith(prefix))?.slice(prefix.length)
  const own = offered.filter(
    (name) => name !== '' && !name.startsWith(KEY) && !name.startsWith(BETA) && !ACCOUNT.test(name),
  )
  return {
    key: after(KEY) || undefined,
    beta: after(BETA)?.replace('-', '='),
    chosen: own.includes(REALTIME) ? REALTIME : own[0],
  }
}
