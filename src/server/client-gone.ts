import type { FastifyReply } from 'fastify'

/**
 * A signal that is aborted when the client goes away, or has its answer. Fastify's own `request.signal` is aborted by a
 * POST as soon as its body has been read.
 */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  if (reply.raw.closed || reply.raw.destroyed) controller.abort()
  else reply.raw.once('close', () => controller.abort())
  return controller.signal
}
