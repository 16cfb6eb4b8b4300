import { RouterError } from '../../../base/errors.ts'
import { INCIDENT_BYTES, MAP_BYTES } from '../../protocol/limits.ts'
import { checkHubInfo } from '../../protocol/validate.ts'
import { MAP_EVERY_MS } from '../map/map-keeper.ts'
import { ENVELOPE_BYTES, MAP_WIRE_BYTES } from '../membership/hub-client.ts'
import { type HubAnswer, HubHttp, refusalOf } from '../membership/hub-http.ts'
import type { Fetched, MapSource } from './map-source.ts'

/** What a hub says of itself. */
const INFO_BYTES = 65_536
const MAX_REDIRECTS = 3
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308])

/**
 * A map at a URL: a hub, or any file server. Redirects are followed, never from https to http: whatever is found, only
 * a document that the pinned key signed is taken. Every answer is bounded in time and size.
 */
export class UrlSource implements MapSource {
  readonly name: string
  readonly everyMs = MAP_EVERY_MS
  readonly #readKey: string | undefined
  readonly #clients = new Map<string, HubHttp>()

  /** @param readKey of a private hub; it goes to this URL's own server, and to none that it redirects to */
  constructor(url: string, readKey?: string) {
    this.name = url
    this.#readKey = readKey
  }

  async map(etag?: string): Promise<Fetched | undefined> {
    const headers = { 'accept-encoding': 'br, gzip', ...(etag !== undefined && { 'if-none-match': etag }) }
    const bytes = { wireBytes: MAP_WIRE_BYTES, bytes: MAP_BYTES + ENVELOPE_BYTES }
    const { status, headers: answered, body } = await this.#get(new URL(this.name), headers, bytes)
    if (status === 304) return undefined
    const { etag: tag } = answered
    return { document: body, ...(typeof tag === 'string' && tag.length <= ENVELOPE_BYTES && { etag: tag }) }
  }

  async incidents(): Promise<Buffer | undefined> {
    const bytes = INCIDENT_BYTES + ENVELOPE_BYTES
    try {
      const url = new URL('incidents', this.name)
      return (await this.#get(url, { 'accept-encoding': 'br, gzip' }, { wireBytes: bytes, bytes })).body
    } catch (error) {
      if (statusOf(error) === 404 || refusalOf(error) === 'not_found') return undefined
      throw error
    }
  }

  async succession(): Promise<readonly string[]> {
    try {
      const bytes = { wireBytes: INFO_BYTES, bytes: INFO_BYTES }
      const { body } = await this.#get(new URL('hub', this.name), {}, bytes)
      return checkHubInfo(JSON.parse(body.toString())).succession ?? []
    } catch {
      return []
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()))
  }

  async #get(
    url: URL,
    headers: Readonly<Record<string, string>>,
    bytes: { readonly wireBytes: number; readonly bytes: number },
    followed = 0,
  ): Promise<HubAnswer> {
    const client = this.#clientOf(url.origin)
    const own = this.#readKey !== undefined && url.origin === new URL(this.name).origin
    const sent = { ...headers, ...(own && { authorization: `Bearer ${this.#readKey}` }) }
    const path = `${url.pathname}${url.search}`
    const call = { method: 'GET', path, headers: sent, ...bytes, redirects: true } as const
    const answer = await client.call(call)
    if (!REDIRECTS.has(answer.status)) return answer
    const { location } = answer.headers
    const next = typeof location === 'string' ? URL.parse(location, url.href) : null
    const refuse = (reason: string) => new RouterError('ROUTER_FEDERATION_HUB', { hub: url.origin, reason })
    if (followed === MAX_REDIRECTS) throw refuse(`it redirects more than ${MAX_REDIRECTS} times`)
    if (!next || !/^https?:$/.test(next.protocol)) throw refuse('it redirects to nowhere')
    if (url.protocol === 'https:' && next.protocol === 'http:') throw refuse('it redirects from https to http')
    return this.#get(next, headers, bytes, followed + 1)
  }

  #clientOf(origin: string): HubHttp {
    const known = this.#clients.get(origin)
    if (known) return known
    if (this.#clients.size > MAX_REDIRECTS) {
      for (const client of this.#clients.values()) void client.close()
      this.#clients.clear()
    }
    const client = new HubHttp(origin)
    this.#clients.set(origin, client)
    return client
  }
}

/** With which somebody else than a hub said no. */
const statusOf = (error: unknown): unknown => (error instanceof RouterError ? error.details.status : undefined)
