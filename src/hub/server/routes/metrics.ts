import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProtocolProblem } from '../../../federation/protocol/problem.ts'
import type { Services } from '../services.ts'

/** `GET /metrics` for Prometheus: from this machine, or with the metrics key. For anybody else it is not there. */
export function metricsRoutes(app: FastifyInstance, { options, metrics, streams, published }: Services): void {
  app.get('/metrics', (request, reply) => {
    if (!isLocal(request) && !hasKey(request, options.metricsKey)) {
      throw new ProtocolProblem('not_found', 'There is nothing at GET /metrics.')
    }
    const text = metrics.text({
      streams_open: ['Open streams of incidents.', streams.size],
      map_epoch: ['The last epoch that is in the map.', published.map?.epoch],
      map_bytes: ['Size of the map, not compressed.', published.map?.asset.encodings.identity.length],
      map_compressed_bytes: [
        'Size of the map as most readers get it (brotli).',
        published.map?.asset.encodings.br.length,
      ],
    })
    return reply.header('cache-control', 'no-store').type('text/plain; version=0.0.4; charset=utf-8').send(text)
  })
}

/** Not through a proxy on this machine. */
const isLocal = ({ raw, headers }: FastifyRequest): boolean =>
  /^(::ffff:)?127\.|^::1$/.test(raw.socket.remoteAddress ?? '') &&
  headers['x-forwarded-for'] === undefined &&
  headers.forwarded === undefined &&
  headers.via === undefined

function hasKey({ headers }: FastifyRequest, key: string | undefined): boolean {
  const [, presented] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? []
  return key !== undefined && presented !== undefined && timingSafeEqual(digest(presented), digest(key))
}

const digest = (text: string) => createHash('sha256').update(text).digest()
