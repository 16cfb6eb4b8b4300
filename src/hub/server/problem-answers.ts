import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import { discardBody } from '../../base/discard-body.ts'
import { type ProblemCode, ProtocolProblem } from '../../federation/protocol/problem.ts'
import { tooLarge } from '../ingest/inflate.ts'
import { databaseIsAway } from './database-away.ts'

/**
 * Bytes of a refused body that are read and thrown away, and for how long, so that the sender gets to read why
 * (lingering close).
 */
const LINGER_BYTES = 2_097_152
const LINGER_MS = 2_000

const RETRY_AFTER_S = 10

/**
 * Anything thrown as what the hub answers. Only `internal` and `unavailable` are the hub's own fault; their causes are
 * for the log.
 */
export function problemOf(error: unknown, bodyLimit: number): ProtocolProblem {
  if (error instanceof ProtocolProblem) return error
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge(bodyLimit)
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new ProtocolProblem(
      'unsupported_encoding',
      'Send a signed document: content-type application/vnd.commonroute.signed.',
    )
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ProtocolProblem('bad_request', 'This is not a valid request.', { cause: error })
  }
  if (databaseIsAway(error)) {
    return new ProtocolProblem('unavailable', 'The database of this hub does not answer.', {
      retryAfterS: RETRY_AFTER_S,
      cause: error,
    })
  }
  return new ProtocolProblem('internal', 'The hub failed; its log says why.', { cause: error })
}

/** Answers with the problem, once the rest of the body has been read or given up. */
export async function answerProblem(reply: FastifyReply, problem: ProtocolProblem): Promise<void> {
  const request = reply.request.raw
  if (!request.complete) {
    reply.header('connection', 'close')
    await discardBody(request, LINGER_BYTES, LINGER_MS)
  }
  if (problem.retryAfterS !== undefined) reply.header('retry-after', String(problem.retryAfterS))
  reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/json')
    .send(textOf(problem.code, problem.message))
}

const textOf = (code: ProblemCode, message: string): string => JSON.stringify({ error: { code, message } })

/** Requests that are no HTTP, or whose head is too large or too slow. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, body] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', textOf('too_large', 'The request headers are too large.')]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', textOf('too_slow', 'The request did not arrive in time.')]
        : ['400 Bad Request', textOf('bad_request', 'This is not a valid HTTP request.')]
  const head = ['Connection: close', 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]
  socket.end(`HTTP/1.1 ${status}\r\n${head.join('\r\n')}\r\n\r\n${body}`)
}
