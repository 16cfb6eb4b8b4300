import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { discardBody } from '../base/discard-body.ts'
import { RouterError, reasonOf } from '../base/errors.ts'
import type { JsonObject } from '../plugins/api.ts'
import { errorBody, errorHeaders } from './error-body.ts'
import type { ServerParts } from './parts.ts'
import { dialectOf } from './surfaces.ts'
import { requestIdIn } from './trace.ts'
import type { Head } from './write-head.ts'

/** Of a refused body, how much is thrown away, in limits of a body that is taken, and for how long. */
const LINGER_FACTOR = 8
const LINGER_MS = 10_000
/** As long for who has no business here. */
const STRANGER_LINGER_MS = 2000

/** A request's head, as far as anybody here asks. */
export interface Asked {
  readonly url?: string | undefined
  readonly headers: IncomingHttpHeaders
}

/** Without the query, which may hold a key. */
export const pathOf = (url: string) => url.split('?', 1)[0]!

export const tooLarge = (limit: number) => new RouterError('ROUTER_BODY_TOO_LARGE', { limit })

/**
 * Whatever was thrown, as an error of ours; what went wrong inside the router is logged. `id`: the generation's, ''
 * before there is one.
 */
export function knownError(parts: ServerParts, error: unknown, request: Asked, id: string): RouterError {
  const known = asRouterError(error, parts.bodyLimit)
  if (known.code === 'ROUTER_INTERNAL' || known.code === 'ROUTER_STRATEGY_FAILED')
    parts.onError(error, { path: pathOf(request.url!), id, requestId: requestIdIn(request.headers) })
  return known
}

export function asRouterError(error: unknown, bodyLimit: number): RouterError {
  if (error instanceof RouterError) return error
  // A plugin may throw nothing at all.
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge(bodyLimit)
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new RouterError('ROUTER_BAD_REQUEST', { reason: reasonOf(error) })
  // What went wrong inside is for the log only.
  return new RouterError('ROUTER_INTERNAL', { reason: 'see its log' }, { cause: error })
}

/** A whole answer that says what went wrong. */
interface ErrorAnswer {
  readonly head: Head
  readonly text: string
}

/**
 * An error in the client's dialect. `id`: the generation's, '' before there is one. `metadata`: how it was routed, for
 * a client that asked for it.
 */
export function errorAnswer(request: Asked, error: RouterError, id: string, metadata?: JsonObject): ErrorAnswer {
  const body = errorBody(error, dialectOf(request.url!, request.headers), id === '' ? undefined : id)
  if (metadata && error.status !== 500) body.openrouter_metadata = metadata
  const text = JSON.stringify(body)
  const requestId = requestIdIn(request.headers) ?? id
  const head = {
    ...(requestId !== '' && { 'x-request-id': requestId }),
    ...(id !== '' && { 'x-generation-id': id }),
    ...errorHeaders(error),
    'content-length': Buffer.byteLength(text),
  }
  return { head, text }
}

/** The same as the whole answer; once the head of another is out, only hanging up is left. */
export function sendError(
  request: Asked,
  response: ServerResponse,
  error: RouterError,
  id: string,
  metadata?: JsonObject,
): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const { head, text } = errorAnswer(request, error, id, metadata)
  response.writeHead(error.status, head)
  response.end(text)
}

/**
 * The same before the body has been read: lets its sender send on for a while, so that it gets to read why; who has not
 * ended then is hung up on.
 */
export async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  error: RouterError,
  bodyLimit: number,
): Promise<void> {
  await discardBody(
    request,
    LINGER_FACTOR * bodyLimit,
    error.code === 'ROUTER_BODY_TOO_LARGE' ? LINGER_MS : STRANGER_LINGER_MS,
  )
  if (!request.complete) response.shouldKeepAlive = false
  sendError(request, response, error, '')
}
