import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'

/**
 * One line for each request: by its route's pattern, never the path or an address, which say more about somebody than
 * is needed.
 */
export function logRequests(app: FastifyInstance, log: Logger): void {
  app.addHook('onResponse', async (request, reply) => {
    const { member, problem, method } = request
    log.info(
      {
        method,
        route: request.routeOptions.url ?? 'other',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ...(member !== '' && { member }),
        ...(problem !== '' && { problem }),
      },
      'request',
    )
  })
}
