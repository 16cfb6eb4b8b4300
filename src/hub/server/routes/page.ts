import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ProtocolProblem } from '../../../federation/protocol/problem.ts'
import { NO_FACTS } from '../../facts/facts.ts'
import { hubInfo } from '../../hub-info.ts'
import { PAGE_HEADERS } from '../../page/create-page.ts'
import { type Asset, createAsset, sendAsset } from '../asset.ts'
import type { Services } from '../services.ts'

const BRIEFLY = 'public, max-age=30'
/** Their names carry the hash of their content. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/** What the pages are reached at; `web/hub/links.ts` leads there. */
const PATHS = [
  '/',
  '/overview/*',
  '/models/*',
  '/providers/*',
  '/incidents',
  '/incidents.html',
  '/incidents/*',
  '/incidents.atom',
  '/endpoints.csv',
] as const

/** The public pages and their assets. */
export function pageRoutes(app: FastifyInstance, { options, history, published, now }: Services): void {
  const { page, url, facts = NO_FACTS } = options
  const hub = hubInfo(options)
  const compressed = new Compressed()
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const { pathname, searchParams } = new URL(request.url, 'http://hub')
    const data = {
      hub,
      url,
      map: published.map?.document,
      history: published.history?.document,
      incidents: history.incidents,
      facts,
      now: Math.floor(now() / 1000),
    }
    const found = page.page(data, pathname.slice(1), searchParams)
    if ('location' in found) return reply.headers(PAGE_HEADERS).redirect(found.location, 302)
    const asset = await compressed.of(found.body, found.contentType, BRIEFLY)
    return sendAsset(request, reply.code(found.status).headers(PAGE_HEADERS), asset)
  }
  app.get('/index.html', (_request, reply) => reply.headers(PAGE_HEADERS).redirect('./', 302))
  for (const path of PATHS) app.get(path, answer)
  app.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
    const asset = page.asset(request.params.name)
    if (!asset) throw new ProtocolProblem('not_found', 'There is no such file.')
    return sendAsset(request, reply.headers(PAGE_HEADERS), await compressed.of(asset.body, asset.contentType, FOR_EVER))
  })
}

/** Compresses bytes once for as long as somebody holds them: the page's cache does. */
class Compressed {
  readonly #assets = new WeakMap<Buffer, Promise<Asset>>()

  of(bytes: Buffer, contentType: string, cacheControl: string): Promise<Asset> {
    const known = this.#assets.get(bytes)
    if (known) return known
    const asset = createAsset(bytes, contentType, cacheControl)
    this.#assets.set(bytes, asset)
    return asset
  }
}
