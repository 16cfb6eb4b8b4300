import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { type Connection, type PoolSettings, type Proxies, proxiesOf } from '../../base/outbound.ts'
import { socketTo } from '../../base/outbound-socket.ts'
import type { BodyPieces, ProviderAdapter, UpstreamRequest } from '../../plugins/api.ts'
import { watched } from './connection.ts'
import { answerInProcess } from './in-process.ts'
import { OriginPool } from './origin-pool.ts'
import type { ResponseHandler } from './response-handler.ts'

/** Sends requests, all in one way of connecting. */
export interface Line {
  /** How long it waits for a connection. */
  readonly connectMs: number
  /** Redirects are not followed: secrets stay with their origin. */
  send(adapter: ProviderAdapter, request: UpstreamRequest, handler: ResponseHandler): void
}

const POOL = {
  headersTimeout: 0,
  bodyTimeout: 0,
  // Below the idle limits of common servers (nginx 75 s, node 5 s announces its own), so that few requests meet a
  // closing socket.
  keepAliveTimeout: 30_000,
  keepAliveMaxTimeout: 300_000,
  pipelining: 1,
}

const USUAL: Connection = {}

/** What is passed on as it is, in any method; a body that is a stream is sent at its own pace. */
export interface RelayRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer | Readable
}

interface TransportOptions {
  readonly connectMs: number
  /** Where proxies are named; default: the environment of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * Sends what adapters describe: over pooled keep-alive connections, one pool per way of connecting and origin, or in
 * process for adapters that are themselves the upstream. All timeouts but the connect timeout belong to the caller.
 */
export class Transport implements Line {
  readonly connectMs: number
  readonly #settings: PoolSettings
  readonly #proxies: Proxies | undefined
  /** By what is in the connection: pools outlive a reload that changes none of it. */
  readonly #pools = new Map<string, Map<string, OriginPool>>()
  readonly #byConnection = new WeakMap<Connection, Map<string, OriginPool>>()
  readonly #lines = new WeakMap<Connection, PooledLine>()
  readonly #usual: PooledLine

  /** Throws ROUTER_PROXY. */
  constructor({ connectMs, env = process.env }: TransportOptions) {
    this.connectMs = connectMs
    this.#settings = { ...POOL, connectMs, watch: watched }
    this.#proxies = proxiesOf(env)
    this.#usual = this.through(USUAL)
  }

  send(adapter: ProviderAdapter, request: UpstreamRequest, handler: ResponseHandler): void {
    this.#usual.send(adapter, request, handler)
  }

  /** The line of a provider: the same for the same object. */
  through(connection: Connection = USUAL): PooledLine {
    let line = this.#lines.get(connection)
    if (!line) {
      line = new PooledLine(
        this.connectMs,
        (origin) => this.#to(origin, connection),
        (url) => socketTo(url, connection, this.connectMs, this.#proxies),
      )
      this.#lines.set(connection, line)
    }
    return line
  }

  #to(origin: string, connection: Connection): OriginPool {
    const pools = this.#poolsOf(connection)
    let pool = pools.get(origin)
    if (!pool) {
      pool = new OriginPool(origin, connection, this.#settings, this.#proxies)
      pools.set(origin, pool)
    }
    return pool
  }

  #poolsOf(connection: Connection): Map<string, OriginPool> {
    let pools = this.#byConnection.get(connection)
    if (pools) return pools
    const key = keyOf(connection)
    pools = this.#pools.get(key) ?? new Map()
    this.#pools.set(key, pools)
    this.#byConnection.set(connection, pools)
    return pools
  }

  /**
   * Closes the pools of all other connections once their requests have ended. Nothing may be sent over them any more.
   */
  keep(connections: Iterable<Connection>): void {
    const kept = new Set([USUAL, ...connections].map(keyOf))
    for (const [key, pools] of this.#pools) {
      if (kept.has(key)) continue
      this.#pools.delete(key)
      for (const pool of pools.values()) pool.close()
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].flatMap((pools) => [...pools.values()].map((pool) => pool.destroy())))
  }
}

const keyOf = (connection: Connection) => JSON.stringify(connection)

class PooledLine implements Line {
  readonly connectMs: number
  readonly #to: (origin: string) => OriginPool
  readonly #open: (url: URL) => Promise<Socket>

  /** `to`: the pool of an origin; `open`: a connection outside of it. */
  constructor(connectMs: number, to: (origin: string) => OriginPool, open: (url: URL) => Promise<Socket>) {
    this.connectMs = connectMs
    this.#to = to
    this.#open = open
  }

  send(adapter: ProviderAdapter, request: UpstreamRequest, handler: ResponseHandler): void {
    if (adapter.answer) {
      answerInProcess(adapter.answer.bind(adapter), request, handler)
      return
    }
    try {
      const { origin, path } = targetOf(request.url)
      const { method, pieces } = request
      const pool = this.#to(origin)
      if (pieces) {
        const headers = withLength(request.headers, pieces)
        // undici takes anything that can be iterated, which its types do not say.
        pool.dispatch({ origin, path, method, headers, body: pieces as unknown as Readable }, handler)
      } else {
        const headers = request.headers as Record<string, string>
        pool.send({ origin, path, method, headers, body: request.body ?? null }, handler)
      }
    } catch (error) {
      handler.onResponseError(undefined, error as Error)
    }
  }

  /** A connection of its own to the origin of a URL. */
  connect(url: URL): Promise<Socket> {
    return this.#open(url)
  }

  /** As `send`, for what no adapter has made. */
  relay({ method, url, headers, body }: RelayRequest, handler: ResponseHandler): void {
    try {
      const { origin, pathname, search } = url
      const request = { origin, path: pathname + search, method: method as Dispatcher.HttpMethod, body: body ?? null }
      this.#to(origin).dispatch({ ...request, headers: headers as Record<string, string> }, handler)
    } catch (error) {
      handler.onResponseError(undefined, error as Error)
    }
  }
}

/** Else it would go in chunks, which not every server takes. */
const withLength = (headers: UpstreamRequest['headers'], { length }: BodyPieces) => ({
  ...headers,
  'content-length': String(length),
})

interface Target {
  readonly origin: string
  readonly path: string
}

/**
 * URL getters serialise anew at each call, and adapters give the same URL objects again and again. Checked against
 * `href`, should one change.
 */
const TARGETS = new WeakMap<URL, Target & { readonly href: string }>()

function targetOf(url: URL): Target {
  const known = TARGETS.get(url)
  if (known && known.href === url.href) return known
  const target = { href: url.href, origin: url.origin, path: url.pathname + url.search }
  TARGETS.set(url, target)
  return target
}
