import type { IncomingMessage } from 'node:http'
import type { Duplex as Socket } from 'node:stream'
import type { WebSocket, WebSocketServer } from 'ws'
import type { Deadline, DeadlineWheel } from '../../base/deadline-wheel.ts'
import type { AnswerHead, ClientSink, Duplex, UpstreamSocket } from '../../routing/ports.ts'
import { closeSocket, HIGH_WATER, LOW_WATER } from '../../routing/upstream/socket-line.ts'
import { headerText } from '../answer-head.ts'
import type { RealtimeLimits } from './limits.ts'

/**
 * How long a server may take to greet before its client is let in, so that one may speak to a server that waits for it.
 * Until then an error is a status, and the head names the endpoint.
 */
const GREETING_MS = 1000
/** Bytes of what the client said before the server did: kept, so that they can be said to another one. */
const EARLY_LIMIT = 1024 * 1024

/** Close codes of RFC 6455, section 7.4, and IANA's registry. */
const NORMAL = 1000
const FAILED = 1011
const RESTARTING = 1012
/** Seen, not sent: the connection broke. */
const CUT = 1006
/** In which the client is to take note of the end. */
const FAREWELL_MS = 2000

interface SessionParts {
  readonly request: IncomingMessage
  readonly socket: Socket
  readonly head: Buffer
  readonly sockets: WebSocketServer
  readonly limits: RealtimeLimits
  readonly wheel: DeadlineWheel
  /** The router is going down. */
  readonly isDraining: () => boolean
  readonly generationId: string
  readonly requestId: string
}

/** Headers of the answer to an upgrade, until it is sent. */
export const UPGRADE_HEADERS = new WeakMap<IncomingMessage, Readonly<Record<string, string>>>()

const ignore = () => {}

interface Message {
  readonly data: Buffer
  readonly isBinary: boolean
}

/**
 * A client's side of a realtime session: a request whose WebSocket is accepted when an upstream has said something, or
 * takes its time.
 */
export class RealtimeSession implements ClientSink, Duplex {
  readonly binary = new WeakSet<Buffer>()
  readonly #parts: SessionParts
  readonly #duration: Deadline
  readonly #idle: Deadline
  #client: WebSocket | undefined
  #upstream: UpstreamSocket | undefined
  #greeting: Deadline | undefined
  /** What the client said before an answer began; undefined from then on. */
  #early: Message[] | undefined = []
  #earlyBytes = 0
  /** The session is over, and this is what the client is told. */
  #ending: { readonly code: number; readonly reason: string } | undefined
  #onClose: (() => void) | undefined
  #onDrain: (() => void) | undefined
  closed = false

  constructor(parts: SessionParts) {
    this.#parts = parts
    const { limits, socket, wheel } = parts
    this.#duration = wheel.add(limits.maxDurationMs, () => this.#finish('the session has lasted as long as it may'))
    this.#idle = wheel.add(limits.idleMs, () => this.#finish('nobody has said anything for too long'))
    socket.on('error', ignore).once('close', () => {
      if (!this.#client) this.#gone()
    })
  }

  /** Nothing can be answered any more but in-band. */
  get accepted(): boolean {
    return this.#client !== undefined
  }

  /** It is over, whatever came of it. */
  dispose(): void {
    this.#duration.cancel()
    this.#idle.cancel()
    this.#greeting?.cancel()
  }

  // What the upstream's side tells.

  get maxMessageBytes(): number {
    return this.#parts.limits.frameLimit
  }

  connected(upstream: UpstreamSocket): void {
    this.#upstream = upstream
    for (const { data, isBinary } of this.#early ?? []) upstream.send(data, isBinary)
    if (!this.#client) this.#greeting ??= this.#parts.wheel.add(GREETING_MS, () => this.#accept({}))
  }

  disconnected(upstream: UpstreamSocket, code: number, reason: string): void {
    if (this.#upstream !== upstream) return
    this.#upstream = undefined
    if (this.#early === undefined) this.#ending ??= { code: code === CUT ? FAILED : code, reason }
  }

  // What the engine answers.

  onClose(listener: () => void): void {
    this.#onClose = listener
  }

  keepAlive(): void {
    // The protocol has pings of its own.
  }

  start(head: AnswerHead): void {
    this.#accept({
      'x-router-endpoint': headerText(head.endpoint),
      'x-router-attempts': String(head.attempts),
      'x-router-overhead-ms': head.overheadMs.toFixed(3),
      ...head.headers,
    })
    this.#early = undefined
    this.#client?.resume()
  }

  write(message: Buffer): boolean {
    const client = this.#client
    if (!client || this.closed) return true
    this.#idle.reset(this.#parts.limits.idleMs)
    client.send(message, { binary: this.binary.has(message) }, () => this.#sent())
    return client.bufferedAmount <= HIGH_WATER
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener
  }

  end(): void {
    const { code, reason } = this.#ending ?? {
      code: this.#parts.isDraining() ? RESTARTING : FAILED,
      reason: '',
    }
    const client = this.#client
    if (!client) return
    closeSocket(client, code, reason)
    const farewell = this.#parts.wheel.add(FAREWELL_MS, () => client.terminate())
    client.once('close', () => farewell.cancel())
  }

  abort(): void {
    this.#client?.terminate()
  }

  /** Lets the client in. */
  #accept(headers: Readonly<Record<string, string>>): void {
    this.#greeting?.cancel()
    if (this.#client || this.closed) return
    const { request, socket, head, sockets, generationId, requestId } = this.#parts
    UPGRADE_HEADERS.set(request, { ...headers, 'x-generation-id': generationId, 'x-request-id': requestId })
    sockets.handleUpgrade(request, socket, head, (client) => {
      this.#client = client
      client
        .on('message', (data, isBinary) => this.#received({ data: data as Buffer, isBinary }))
        .on('close', (code, reason) => this.#left(code, reason.toString()))
        .on('error', ignore)
    })
  }

  #received(message: Message): void {
    this.#idle.reset(this.#parts.limits.idleMs)
    const client = this.#client!
    if (this.#early) {
      this.#early.push(message)
      this.#earlyBytes += message.data.length
      if (this.#earlyBytes > EARLY_LIMIT) client.pause()
    }
    if (!this.#upstream || this.#upstream.send(message.data, message.isBinary)) return
    client.pause()
    this.#upstream.onDrain(() => client.resume())
  }

  #sent(): void {
    const listener = this.#onDrain
    if (!listener || this.#client!.bufferedAmount > LOW_WATER) return
    this.#onDrain = undefined
    this.#idle.reset(this.#parts.limits.idleMs)
    listener()
  }

  /** The client's side is closed: in order, or by the other side, or it is gone. */
  #left(code: number, reason: string): void {
    const isGone = code === CUT && this.#ending === undefined
    this.#ending ??= { code, reason }
    const upstream = this.#upstream
    if (!isGone && upstream && this.#early === undefined) upstream.close(code, reason)
    else this.#gone()
  }

  #finish(reason: string): void {
    this.#ending ??= { code: NORMAL, reason }
    if (this.#upstream && this.#early === undefined) this.#upstream.close(NORMAL, reason)
    else this.#gone()
    if (this.#client) closeSocket(this.#client, NORMAL, reason)
  }

  #gone(): void {
    if (this.closed) return
    this.closed = true
    this.#onClose?.()
  }
}
