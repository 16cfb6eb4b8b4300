import type { FastifyInstance } from 'fastify'
import { ProtocolProblem } from '../../../federation/protocol/problem.ts'
import { sendAsset } from '../asset.ts'
import type { Services } from '../services.ts'

const RETRY_AFTER_S = 60

/** `GET /v1/map` and `GET /v1/history.json`: the same bytes for everybody, from memory. */
export function publishedRoutes(app: FastifyInstance, { published }: Services): void {
  app.get('/v1/map', (request, reply) => {
    if (!published.map)
      throw new ProtocolProblem('unavailable', 'This hub has not published a map yet.', { retryAfterS: RETRY_AFTER_S })
    return sendAsset(request, reply, published.map.asset)
  })
  app.get('/v1/history.json', (request, reply) => {
    if (!published.history)
      throw new ProtocolProblem('unavailable', 'This hub has no history yet.', { retryAfterS: RETRY_AFTER_S })
    return sendAsset(request, reply, published.history.asset)
  })
}
