import type { Socket } from 'node:net'
import type { buildConnector } from 'undici'
import { Link } from '../../../base/link.ts'
import type { ResponseHandler } from '../response-handler.ts'
import { type ConnectionOwner, Http1Connection } from './connection.ts'
import { Exchange } from './exchange.ts'
import { requestHead } from './request-head.ts'

/** How often connections that have been free for too long are looked for. */
const SWEEP_MS = 5000

export interface Http1Request {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string | null
}

/** Methods whose requests have a length, be it 0. */
const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

/**
 * Kept HTTP/1.1 connections to one origin, each for one request at a time, so many as there are requests. What undici
 * does for each request costs more than the rest of the router's way to an upstream; this is for the plain case, and
 * undici for the others.
 */
export class Http1Pool implements ConnectionOwner {
  readonly #connect: buildConnector.connector
  readonly #target: buildConnector.Options
  readonly #host: string
  /** Used last, first out: the others are closed when they have been free for long. */
  readonly #free: Http1Connection[] = []
  /** To be free in the next turn. */
  readonly #resting = new Link()
  readonly #busy = new Link()
  #sweep: NodeJS.Timeout | undefined
  #closed = false
  #destroyed = false
  readonly #restThen: () => void

  constructor(origin: string, connect: buildConnector.connector) {
    const { hostname, host, protocol, port } = new URL(origin)
    this.#connect = connect
    this.#target = { hostname: hostname.replace(/^\[(.*)\]$/, '$1'), host, protocol, port }
    this.#host = host
    this.#restThen = this.#rested.bind(this)
  }

  /** False: it cannot be sent so, and nothing has been. */
  send({ method, path, headers, body }: Http1Request, handler: ResponseHandler): boolean {
    const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? undefined)
    const length = bytes?.length ?? (WITH_BODY.has(method) ? 0 : undefined)
    const head = requestHead(method, path, this.#host, headers, length)
    if (head === undefined || this.#closed) return false
    const exchange = new Exchange(handler, head, bytes, method === 'HEAD')
    const free = this.#pick()
    if (free) this.#begin(free, exchange)
    else this.#connect(this.#target, (...[error, socket]) => this.#connected(exchange, error, socket as Socket | null))
    return true
  }

  /** Lets go of connections once their requests have ended. */
  close(): void {
    this.#closed = true
    clearInterval(this.#sweep)
    for (const connection of this.#free.splice(0)) connection.drop()
  }

  /** The same at once. */
  destroy(): void {
    this.#destroyed = true
    this.close()
    for (const list of [this.#resting, this.#busy]) while (list.next !== list) (list.next as Http1Connection).destroy()
  }

  freed(connection: Http1Connection): void {
    connection.unlink()
    const isFirst = this.#resting.next === this.#resting
    connection.append(this.#resting)
    if (isFirst) setImmediate(this.#restThen)
  }

  closed(connection: Http1Connection): void {
    connection.unlink()
    const at = this.#free.indexOf(connection)
    if (at >= 0) this.#free.splice(at, 1)
  }

  #pick(): Http1Connection | undefined {
    for (let last = this.#free.pop(); last; last = this.#free.pop()) {
      if (last.isUsable && last.freeUntilMs > performance.now()) {
        last.ref()
        return last
      }
      last.drop()
    }
    return undefined
  }

  #begin(connection: Http1Connection, exchange: Exchange): void {
    connection.append(this.#busy)
    connection.send(exchange)
  }

  #connected(exchange: Exchange, error: Error | null, socket: Socket | null): void {
    if (!socket || this.#destroyed) {
      socket?.destroy()
      exchange.handler.onResponseError(undefined, error ?? new DOMException('The pool is closed', 'AbortError'))
      return
    }
    this.#begin(new Http1Connection(this, socket), exchange)
  }

  #rested(): void {
    const resting = this.#resting
    while (resting.next !== resting) {
      const connection = resting.next as Http1Connection
      connection.unlink()
      if (this.#closed || !connection.isUsable) connection.drop()
      else {
        connection.unref()
        this.#free.push(connection)
      }
    }
    if (this.#free.length > 0 && !this.#closed) this.#sweep ??= setInterval(() => this.#dropOld(), SWEEP_MS).unref()
  }

  /** Those that have been free for too long. */
  #dropOld(): void {
    const now = performance.now()
    for (const connection of [...this.#free]) if (connection.freeUntilMs <= now) connection.drop()
    if (this.#free.length > 0) return
    clearInterval(this.#sweep)
    this.#sweep = undefined
  }
}
