import type { FastifyInstance } from 'fastify'
import type { HubInfo } from '../../../federation/protocol/types.ts'
import { NOTHING_SAID, termsText, termsUrl } from '../../about.ts'
import { hubInfo } from '../../hub-info.ts'
import { robotsText } from '../../publish/robots.ts'
import { allowPreflight, OPEN } from '../cors.ts'
import type { Services } from '../services.ts'

const TEXT = 'text/plain; charset=utf-8'
const HOURLY = 'public, max-age=3600'

/**
 * `GET /v1/hub`: what one reads before joining, and who runs the hub. `GET /terms`: on what terms. `GET /robots.txt`.
 * `GET /healthz`: whether the database answers.
 */
export function hubRoutes(app: FastifyInstance, { options, now }: Services): void {
  const { store, about = NOTHING_SAID } = options
  app.get('/v1/hub', { ...OPEN, config: { access: 'open' } }, (_request, reply) => {
    const info: HubInfo = { ...hubInfo(options), time: Math.floor(now() / 1000) }
    return reply.header('cache-control', 'no-store').send(info)
  })
  allowPreflight(app, '/v1/hub')
  app.get('/terms', (_request, reply) => {
    const url = termsUrl(about)
    if (url !== undefined) return reply.redirect(url, 302)
    return reply
      .type(TEXT)
      .header('cache-control', HOURLY)
      .send(termsText({ ...options, about }))
  })
  app.get('/robots.txt', { config: { access: 'open' } }, (_request, reply) =>
    reply.type(TEXT).header('cache-control', HOURLY).send(robotsText(options.private)),
  )
  app.get('/healthz', { config: { admit: false, access: 'open' } }, async (_request, reply) => {
    await store.db.selectFrom('settings').select('name').limit(1).execute()
    return reply.header('cache-control', 'no-store').send({ status: 'ok' })
  })
}
