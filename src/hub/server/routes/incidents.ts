import type { FastifyInstance } from 'fastify'
import { isFresh } from '../asset.ts'
import { SIGNED_TYPE } from '../content-types.ts'
import { allowPreflight, CORS_HEADERS, OPEN } from '../cors.ts'
import { incidentsFrame } from '../publish-incidents.ts'
import type { Services } from '../services.ts'

/**
 * `GET /v1/incidents` and, as server-sent events, `GET /v1/incidents/stream`: the signed list, now and whenever it
 * changes.
 */
export function incidentRoutes(app: FastifyInstance, services: Services): void {
  const { board, streams, hash } = services
  app.get('/v1/incidents', OPEN, (request, reply) => {
    const { bytes, etag } = board.signed()
    reply.headers({ etag, 'cache-control': 'public, max-age=5' })
    return isFresh(request.headers['if-none-match'], etag)
      ? reply.code(304).send()
      : reply.type(SIGNED_TYPE).send(bytes)
  })
  allowPreflight(app, '/v1/incidents')
  app.get('/v1/incidents/stream', { ...OPEN, exposeHeadRoute: false }, (request, reply) => {
    const headers = { ...CORS_HEADERS, 'x-content-type-options': 'nosniff' }
    const reader = { address: hash(request.ip), member: request.member }
    streams.open(reply.raw, reader, headers, incidentsFrame(services))
    reply.hijack()
  })
  allowPreflight(app, '/v1/incidents/stream')
}
