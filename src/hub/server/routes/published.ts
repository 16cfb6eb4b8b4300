import type { FastifyInstance } from 'fastify'
import { ProtocolProblem } from '../../../federation/protocol/problem.ts'
import { FIXED_PATHS } from '../../publish/documents.ts'
import { type Asset, sendAsset } from '../asset.ts'
import { allowPreflight, OPEN } from '../cors.ts'
import { OpenAssets } from '../open-assets.ts'
import type { Services } from '../services.ts'

const RETRY_AFTER_S = 60

/**
 * `GET /v1/map` and `GET /v1/history.json`, and the views of them for whoever knows nothing of signed documents: the
 * same bytes for everybody, from memory.
 */
export function publishedRoutes(app: FastifyInstance, services: Services): void {
  const { published } = services
  const open = new OpenAssets(services)
  const serve = (path: string, find: () => Asset | undefined | Promise<Asset | undefined>) => {
    app.get(path, OPEN, async (request, reply) => {
      const asset = await find()
      if (!asset) throw notYet()
      return sendAsset(request, reply, asset)
    })
    allowPreflight(app, path)
  }
  serve('/v1/map', () => published.map?.asset)
  serve('/v1/history.json', () => published.history?.asset)
  for (const path of FIXED_PATHS) serve(`/${path}`, () => open.find(path))

  app.get<{ Params: { '*': string } }>('/v1/models/*', OPEN, async (request, reply) => {
    if (!published.map) throw notYet()
    const asset = await open.find(`v1/models/${request.params['*']}`)
    if (!asset) {
      const hint = 'GET /v1/models lists the models, GET /v1/models/{author}/{slug}/endpoints has the endpoints of one.'
      throw new ProtocolProblem('not_found', `Nothing is published of such a model. ${hint}`)
    }
    return sendAsset(request, reply, asset)
  })
  allowPreflight(app, '/v1/models/*')
}

const notYet = () =>
  new ProtocolProblem('unavailable', 'This hub has not published a map yet.', { retryAfterS: RETRY_AFTER_S })
