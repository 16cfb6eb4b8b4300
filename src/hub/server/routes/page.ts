import type { FastifyInstance } from 'fastify'
import { ProtocolProblem } from '../../../federation/protocol/problem.ts'
import { PAGE_HEADERS } from '../../page/create-page.ts'
import type { Services } from '../services.ts'

const HTML = 'text/html; charset=utf-8'
/** Their names carry the hash of their content. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/** The public page and its assets. */
export function pageRoutes(app: FastifyInstance, { options, board, published, now }: Services): void {
  const { name, key, k, epochSeconds, page } = options
  app.get<{ Querystring: { model?: unknown } }>('/', (request, reply) => {
    const { model } = request.query
    const html = page.html({
      hub: { name, key: key.publicKey, k, epoch_seconds: epochSeconds },
      map: published.map?.document,
      history: published.history?.document,
      incidents: board.incidents,
      now: Math.floor(now() / 1000),
      model: typeof model === 'string' ? model : undefined,
    })
    return reply.headers(PAGE_HEADERS).header('cache-control', 'public, max-age=30').type(HTML).send(html)
  })
  app.get<{ Params: { name: string } }>('/assets/:name', (request, reply) => {
    const asset = page.asset(request.params.name)
    if (!asset) throw new ProtocolProblem('not_found', 'There is no such file.')
    return reply.headers(PAGE_HEADERS).header('cache-control', FOR_EVER).type(asset.contentType).send(asset.body)
  })
}
