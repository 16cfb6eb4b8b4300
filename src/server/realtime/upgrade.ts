import type { IncomingMessage } from 'node:http'
import type { Duplex as Socket } from 'node:stream'
import type { WebSocketServer } from 'ws'
import { RouterError } from '../../base/errors.ts'
import type { Call, ClientSink } from '../../routing/ports.ts'
import { authenticate, needOneHost } from '../authenticate.ts'
import { knownError, sendError } from '../failure.ts'
import { closeOwn } from '../own-accounts.ts'
import type { ServerParts } from '../parts.ts'
import { forwarded, newCallId } from '../read-call.ts'
import { splitTarget } from '../relay/path.ts'
import { dialectOf, PREFIXES } from '../surfaces.ts'
import { traceIn } from '../trace.ts'
import { protocolsOf } from './protocols.ts'
import { RealtimeSession, UPGRADE_HEADERS } from './session.ts'

const PATHS: ReadonlySet<string> = new Set(PREFIXES.map((prefix) => `${prefix}/realtime`))
const { ServerResponse } = process.getBuiltinModule('node:http')

/** Whether a request wants a realtime session; other upgrades that clients offer are not taken, as before. */
export function isRealtime(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket' && isAtRealtime(request)
}

/** Whether its address is that of sessions: without the upgrade a balancer may have taken it out. */
export function isAtRealtime({ method, url }: IncomingMessage): boolean {
  return method === 'GET' && PATHS.has(splitTarget(url!).path.replace(/\/$/, ''))
}

/** Takes the sessions: `GET /v1/realtime?model=NAME` as a WebSocket. */
export class RealtimeUpgrades {
  readonly #parts: ServerParts
  /** By client; the sum of all under ''. */
  readonly #counts = new Map<string, number>()
  #sockets: Promise<WebSocketServer> | undefined

  constructor(parts: ServerParts) {
    this.#parts = parts
  }

  async take(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const id = newCallId(Date.now())
    const release: (() => void)[] = []
    let session: RealtimeSession | undefined
    socket.on('error', ignore)
    try {
      const { engine, realtime, reports } = this.#parts
      if (!isRealtime(request)) throw new RouterError('ROUTER_NO_ROUTE', { method: 'Upgrade', path: '', hint: '' })
      if (!reports.ready()) throw new RouterError('ROUTER_DRAINING', {}, { retryAfterMs: 1000 })
      needOneHost(request)
      const client = authenticate(this.#parts, withProtocolKey(request))
      release.push(this.#enter('', realtime.sessions, 'server.realtime.sessions'))
      if (client && realtime.sessionsPerKey !== undefined)
        release.push(this.#enter(client.fingerprint, realtime.sessionsPerKey, 'server.realtime.sessions_per_key'))
      const own = await this.#parts.own.of(request.headers, client)
      if (own) release.push(() => closeOwn(own))
      const call = { ...readCall(request, id), ...(own && { own }) }
      this.#sockets ??= openSockets(realtime.frameLimit)
      session = new RealtimeSession({
        request,
        socket,
        head,
        sockets: await this.#sockets,
        limits: realtime,
        wheel: engine.wheel,
        isDraining: () => !reports.ready(),
        generationId: id,
        requestId: call.trace?.requestId ?? id,
      })
      await engine.handle({ ...call, duplex: session }, session, client?.fingerprint)
      // Its client went away before anything was decided.
      if (!session.accepted) socket.destroy()
    } catch (error) {
      this.#fail(request, socket, session, error, id)
    } finally {
      session?.dispose()
      for (const leave of release) leave()
    }
  }

  /** One more at once. Throws ROUTER_TOO_MANY_SESSIONS. */
  #enter(name: string, limit: number, key: string): () => void {
    const count = this.#counts.get(name) ?? 0
    if (count >= limit) throw new RouterError('ROUTER_TOO_MANY_SESSIONS', { limit, key }, { retryAfterMs: 10_000 })
    this.#counts.set(name, count + 1)
    return () => {
      const left = (this.#counts.get(name) ?? 1) - 1
      if (left === 0) this.#counts.delete(name)
      else this.#counts.set(name, left)
    }
  }

  /** As a status while the client's WebSocket has not been accepted, else as its last message. */
  #fail(
    request: IncomingMessage,
    socket: Socket,
    session: RealtimeSession | undefined,
    error: unknown,
    id: string,
  ): void {
    const known = knownError(this.#parts, error, request, id)
    if (session?.accepted) {
      this.#endInBand(session, known, id)
      return
    }
    if (socket.destroyed) return
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(socket as Parameters<typeof response.assignSocket>[0])
    response.once('finish', () => socket.end())
    sendError(request, response, known, id)
  }

  #endInBand(sink: ClientSink, { status, type, message }: RouterError, id: string): void {
    const { codec } = this.#parts.engine
    const call = { ...EMPTY_CALL, id, wire: 'openai-realtime' } as Call
    for (const bytes of codec.refusal(call, { status, type, message, endpoint: '' })) sink.write(bytes)
    sink.end()
  }
}

const ignore = () => {}
const EMPTY_CALL = { body: {}, raw: Buffer.alloc(0) }

/** Browsers cannot send headers with a WebSocket: the key stands among its protocols. */
function withProtocolKey(request: IncomingMessage): IncomingMessage {
  const { key } = protocolsOf(request.headers)
  const { authorization } = request.headers
  if (key === undefined || authorization !== undefined) return request
  return { headers: { ...request.headers, authorization: `Bearer ${key}` } } as IncomingMessage
}

function readCall(request: IncomingMessage, id: string): Call {
  const { headers, url } = request
  const body: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(splitTarget(url!).query)) body[name] = value
  const { beta } = protocolsOf(headers)
  return {
    id,
    time: Date.now(),
    arrivedMs: performance.now(),
    operation: 'realtime',
    wire: 'openai-realtime',
    flavour: dialectOf(url!) === 'openrouter' ? 'openrouter' : 'openai',
    stream: true,
    contentType: 'application/json',
    headers: { ...(beta !== undefined && { 'openai-beta': beta }), ...forwarded(headers) },
    trace: traceIn(headers),
    raw: Buffer.from(JSON.stringify(body)),
    body,
  }
}

async function openSockets(maxPayload: number): Promise<WebSocketServer> {
  // Loaded when the first session begins.
  const { WebSocketServer: Server } = await import('ws')
  const sockets = new Server({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload,
    handleProtocols: (_offered, { headers }) => protocolsOf(headers).chosen ?? false,
  })
  return sockets.on('headers', (headers, request) => {
    for (const [name, value] of Object.entries(UPGRADE_HEADERS.get(request) ?? {})) headers.push(`${name}: ${value}`)
  })
}
