import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isLoopback } from '../../../base/loopback.ts'
import { ProtocolProblem } from '../../../federation/protocol/problem.ts'
import { hasKey } from '../read-access.ts'
import type { Services } from '../services.ts'

/**
 * `GET /metrics` for Prometheus: from this machine, or with the metrics key; of a private hub with that or the read
 * key. For anybody else it is not there.
 */
export function metricsRoutes(app: FastifyInstance, services: Services): void {
  const { options, metrics, streams, published, readKey } = services
  app.get('/metrics', { config: { access: 'open' } }, (request, reply) => {
    const mayRead = options.private ? hasKey(request, readKey.current) : isLocal(request)
    if (!mayRead && !hasKey(request, options.metricsKey)) {
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

/** Proxies add one of these, whichever they are; a name of its own is that of no proxy. */
const PROXIED = /^(x-forwarded|x-real-|x-client-|x-cluster-|true-client-|cf-|fastly-|forwarded$|via$)/

/**
 * Not through a proxy on this machine: none of its headers, HTTP/1.1 (nginx speaks 1.0 unless it is told), and asked for
 * by a name of this machine.
 */
const isLocal = ({ raw, headers, hostname }: FastifyRequest): boolean =>
  /^(::ffff:)?127\.|^::1$/.test(raw.socket.remoteAddress ?? '') &&
  raw.httpVersion === '1.1' &&
  isLoopback(hostname ?? '') &&
  !Object.keys(headers).some((name) => PROXIED.test(name))
