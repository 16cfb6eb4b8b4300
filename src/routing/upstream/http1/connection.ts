import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { Link } from '../../../base/link.ts'
import { noteStale } from '../stale.ts'
import { AnswerParser, type AnswerTaker } from './answer-parser.ts'
import type { Exchange } from './exchange.ts'

/** Of a request that is copied into one piece with its head, the bytes at most. */
const MAX_COPIED_BYTES = 16 * 1024
/** How long connections are kept of which the server does not say it: below the limits of common servers. */
const KEEP_MS = 30_000
const MAX_KEEP_MS = 300_000
/** So much earlier than the server it is closed here, so that no request meets it closing. */
const MARGIN_MS = 2000

/** Whose connection it is. */
export interface ConnectionOwner {
  /** It may take another request. From the next turn of the event loop on: until then it is watched. */
  freed(connection: Http1Connection): void
  closed(connection: Http1Connection): void
}

/**
 * One HTTP/1.1 connection, for one request at a time. Whatever comes while there is none, or behind an answer, costs
 * it its life: the next request must not be answered by it (GHSA-35p6-xmwp-9g52).
 */
export class Http1Connection extends Link implements AnswerTaker {
  /** Until when it may be used again, on the monotonic clock; 0: not at all. */
  freeUntilMs = 0
  readonly #owner: ConnectionOwner
  readonly #socket: Socket
  readonly #parser = new AnswerParser(this)
  #exchange: Exchange | undefined
  #requests = 0
  /** Nothing has come since the last request went out. */
  #isSilent = false
  #isClosed = false

  constructor(owner: ConnectionOwner, socket: Socket) {
    super()
    this.#owner = owner
    this.#socket = socket
    socket
      .setNoDelay(true)
      .on('data', (chunk: Buffer) => this.#take(chunk))
      .on('end', () => this.#ended())
      .on('error', (error) => this.#fail(error))
      .on('close', () => this.#fail(closedByOther()))
  }

  get isUsable(): boolean {
    return !this.#isClosed && !this.#socket.destroyed && this.#exchange === undefined
  }

  /** Sends a request, unless its handler takes it back. */
  send(exchange: Exchange): void {
    const { handler, head, body } = exchange
    exchange.connection = this
    this.#exchange = exchange
    this.freeUntilMs = 0
    handler.onRequestStart(exchange)
    if (exchange.connection !== this) return
    this.#requests += 1
    this.#isSilent = true
    this.#parser.expect(exchange.isHead)
    const socket = this.#socket
    if (!body) socket.write(head, 'latin1')
    else if (body.length <= MAX_COPIED_BYTES) socket.write(inOne(head, body))
    else {
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(body)
      socket.uncork()
    }
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  ref(): void {
    this.#socket.ref()
  }

  /** It does not keep the process alive. */
  unref(): void {
    this.#socket.unref()
  }

  /** Closes it; a request on it is not failed: whoever sent it has given it up. */
  drop(): void {
    this.#detach()
    this.#close()
  }

  /** Closes it; a request on it fails, and is not to be sent anew. */
  destroy(): void {
    this.#isSilent = false
    this.#fail(closedByOther())
  }

  head(status: number, headers: IncomingHttpHeaders): void {
    const exchange = this.#exchange!
    exchange.handler.onResponseStart(exchange, status, headers)
  }

  data(bytes: Buffer): void {
    const exchange = this.#exchange!
    exchange.handler.onResponseData(exchange, bytes)
  }

  end(): void {
    const exchange = this.#exchange!
    this.#detach()
    if (this.#mayBeKept()) {
      if (this.#socket.isPaused()) this.#socket.resume()
      this.#owner.freed(this)
    } else this.#close()
    exchange.handler.onResponseEnd(exchange)
  }

  /** An answer that came before all of its request had gone says nothing of where the rest of it goes. */
  #mayBeKept(): boolean {
    const { keepsAlive, keepAliveMs } = this.#parser
    const keepMs = keepAliveMs === undefined ? KEEP_MS : Math.min(keepAliveMs - MARGIN_MS, MAX_KEEP_MS)
    if (!keepsAlive || keepMs <= 0 || this.#isClosed || this.#socket.writableLength > 0) return false
    this.freeUntilMs = performance.now() + keepMs
    return true
  }

  #take(chunk: Buffer): void {
    if (!this.#exchange) {
      this.#close()
      return
    }
    this.#isSilent = false
    try {
      const failure = this.#parser.push(chunk)
      if (failure) this.#fail(failure)
      // Something came behind the answer.
      else if (!this.#exchange && !this.#parser.keepsAlive) this.#close()
    } catch (error) {
      // Of whoever takes the answer.
      this.#fail(error as Error)
    }
  }

  #ended(): void {
    try {
      if (!this.#exchange || !this.#parser.closed()) this.#fail(closedByOther())
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #fail(error: Error): void {
    const exchange = this.#exchange
    this.#detach()
    this.#close()
    if (!exchange) return
    if (this.#isSilent && this.#requests > 1) noteStale(error)
    exchange.handler.onResponseError(exchange, error)
  }

  #detach(): void {
    if (this.#exchange) this.#exchange.connection = undefined
    this.#exchange = undefined
  }

  #close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#parser.stop()
    this.#socket.destroy()
    this.#owner.closed(this)
  }
}

function inOne(head: string, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(head.length + body.length)
  bytes.write(head, 'latin1')
  bytes.set(body, head.length)
  return bytes
}

const closedByOther = (): Error => Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' })
