import type { FastifyInstance } from 'fastify'
import type { HubInfo } from '../../../federation/protocol/types.ts'
import { VERSION } from '../../../federation/protocol/version.ts'
import type { Services } from '../services.ts'

/** `GET /v1/hub`: what one reads before joining. `GET /healthz`: whether the database answers. */
export function hubRoutes(app: FastifyInstance, { options, now }: Services): void {
  const { name, key, epochSeconds, k, store, private: isPrivate } = options
  app.get('/v1/hub', { config: { access: 'open' } }, (_request, reply) => {
    const info: HubInfo = {
      v: VERSION,
      name,
      key: key.publicKey,
      epoch_seconds: epochSeconds,
      k,
      ...(isPrivate && { private: true }),
      time: Math.floor(now() / 1000),
    }
    return reply.header('cache-control', 'no-store').send(info)
  })
  app.get('/healthz', { config: { admit: false, access: 'open' } }, async (_request, reply) => {
    await store.db.selectFrom('settings').select('name').limit(1).execute()
    return reply.header('cache-control', 'no-store').send({ status: 'ok' })
  })
}
