import type { FastifyInstance } from 'fastify'
import { ProtocolProblem } from '../../../federation/protocol/problem.ts'
import { PAGE_HEADERS } from '../../page/create-page.ts'
import { type Asset, createAsset, sendAsset } from '../asset.ts'
import type { Services } from '../services.ts'

const HTML = 'text/html; charset=utf-8'
const BRIEFLY = 'public, max-age=30'
/** Their names carry the hash of their content. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/** The public page and its assets. */
export function pageRoutes(app: FastifyInstance, { options, board, published, now }: Services): void {
  const { name, key, k, epochSeconds, page, url } = options
  const compressed = new Compressed()
  app.get<{ Querystring: { model?: unknown } }>('/', async (request, reply) => {
    const { model } = request.query
    const html = page.html({
      hub: { name, key: key.publicKey, k, epoch_seconds: epochSeconds },
      url,
      map: published.map?.document,
      history: published.history?.document,
      incidents: board.incidents,
      now: Math.floor(now() / 1000),
      model: typeof model === 'string' ? model : undefined,
    })
    return sendAsset(request, reply.headers(PAGE_HEADERS), await compressed.of(html, HTML, BRIEFLY))
  })
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
