import type { RequestListener, ServerOptions } from 'node:http'
import type { Socket } from 'node:net'
import { Link } from '../../base/link.ts'
import { limitUnread } from '../unread-answers.ts'
import { keptFor } from '../write-head.ts'
import { type ConnectionOwner, DirectConnection } from './connection.ts'
import { type ConnectionBound, ConnectionLimit } from './connection-limit.ts'

/** Not imported: node then makes every export of the module, its WebSocket client among them, a tenth of a start. */
const { Server } = process.getBuiltinModule('node:http')

/**
 * Seconds that a new connection may be silent, or a body on its way, before Node's server takes it, with its time
 * limits.
 */
const PATIENCE_S = 5
const SWEEP_MS = 1000

type Serve = ConnectionOwner['serve']

/**
 * Node's HTTP server, before which ordinary requests are served straight from their sockets. Whatever is not wholly
 * ordinary goes to Node with all its bytes, and its connection from then on: no byte of it has been answered before.
 */
export class DirectServer extends Server implements ConnectionOwner {
  readonly kept: string
  readonly serve: Serve
  readonly #nodes: (this: DirectServer, socket: Socket) => void
  /** Between two requests, the longest first. */
  readonly #idle = new Link()
  /** Silent ones, and bodies on their way, the longest first. */
  readonly #awaited = new Link()
  readonly #answering = new Link()
  readonly #limit: ConnectionLimit
  /** Sweeps so far: the clock of the lists. */
  #now = 0
  /** When no idle connection of Node's server was found. */
  #searched = -1

  constructor(options: ServerOptions, serve: Serve, listener: RequestListener<never>, bound: ConnectionBound) {
    super(options)
    this.#limit = new ConnectionLimit(bound)
    this.on('request', (_request, response) => limitUnread(response))
    this.on('request', listener as RequestListener)
    this.serve = serve
    this.kept = keptFor(this.keepAliveTimeout)
    this.#nodes = this.listeners('connection')[0] as (socket: Socket) => void
    this.removeAllListeners('connection').on('connection', (socket: Socket) => {
      if (this.#limit.isReached && !this.#makeRoom()) {
        this.#limit.refuse(socket)
        return
      }
      this.#limit.add(socket)
      this.await(new DirectConnection(this, socket))
    })
    const sweeping = setInterval(() => this.#sweep(), SWEEP_MS).unref()
    this.once('close', () => clearInterval(sweeping))
  }

  /** For Node's server, from its next byte on. */
  leave(socket: Socket): void {
    this.#nodes(socket)
  }

  await(connection: DirectConnection): void {
    connection.since = this.#now
    connection.unlink()
    connection.append(this.#awaited)
  }

  answering(connection: DirectConnection): void {
    connection.unlink()
    connection.append(this.#answering)
  }

  idle(connection: DirectConnection): void {
    connection.since = this.#now
    connection.unlink()
    connection.append(this.#idle)
  }

  override closeIdleConnections(): void {
    super.closeIdleConnections()
    for (const connection of listed(this.#idle)) if (connection.isFlushed) connection.destroy()
  }

  override closeAllConnections(): void {
    super.closeAllConnections()
    for (const list of [this.#idle, this.#awaited, this.#answering])
      for (const connection of listed(list)) connection.destroy()
  }

  /** Closes the connection that has been idle for longest, or those of Node's server that are; false: none is. */
  #makeRoom(): boolean {
    for (let link = this.#idle.next; link !== this.#idle; link = link.next) {
      const idle = link as DirectConnection
      // What its client has not read yet is not cut off.
      if (!idle.isFlushed) continue
      idle.destroy()
      this.#limit.replaced(idle.socket)
      return true
    }
    // Node looks through all of them.
    if (this.#searched === this.#now) return false
    super.closeIdleConnections()
    const found = this.#limit.replaceDestroyed()
    if (!found) this.#searched = this.#now
    return found
  }

  #sweep(): void {
    this.#now += 1
    for (
      let first = oldest(this.#awaited);
      first && this.#now - first.since > PATIENCE_S;
      first = oldest(this.#awaited)
    )
      first.leave()
    const keptSweeps = Math.ceil(this.keepAliveTimeout / SWEEP_MS)
    for (let first = oldest(this.#idle); first && this.#now - first.since > keptSweeps; first = oldest(this.#idle))
      // What its client has not read yet is not cut off: that has a limit of its own.
      if (first.isFlushed) first.destroy()
      else this.idle(first)
  }
}

const oldest = (list: Link) => (list.next === list ? undefined : (list.next as DirectConnection))

/** As they stand now: they leave the list while it is gone through. */
function listed(list: Link): DirectConnection[] {
  const all: DirectConnection[] = []
  for (let link = list.next; link !== list; link = link.next) all.push(link as DirectConnection)
  return all
}
