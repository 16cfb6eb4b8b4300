import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Client } from '../access/client-keys.ts'
import { RouterError } from '../base/errors.ts'
import { Pace } from '../base/paced.ts'
import { authenticate, needOneHost } from './authenticate.ts'
import { answerBare } from './bare-answer.ts'
import { decodeBody } from './decode-body.ts'
import { serveDirectly } from './direct/direct-exchange.ts'
import { DirectServer } from './direct/direct-server.ts'
import { endpointRoutes } from './endpoint-routes.ts'
import { asRouterError, knownError, pathOf, refuse, sendError, tooLarge } from './failure.ts'
import { feedbackRoutes } from './feedback.ts'
import { googleModelRoutes } from './google/model-routes.ts'
import type { ServerParts } from './parts.ts'
import { pathHint } from './path-hint.ts'
import { isAtRealtime, isRealtime, RealtimeUpgrades } from './realtime/upgrade.ts'
import { relayListener } from './relay/listener.ts'
import { isLongUpload } from './relay/long-uploads.ts'
import { reportRoutes } from './report-routes.ts'
import { closeSilentConnections } from './silent-connections.ts'
import { mayGoOn } from './slow-bodies.ts'
import { surfaceListener } from './surface-listener.ts'
import { SurfaceRequest } from './surface-request.ts'
import { PREFIXES } from './surfaces.ts'
import { requestIdIn } from './trace.ts'

/** No route has schemas; without this, Fastify loads what compiles them. */
const NO_COMPILERS = {
  buildValidator: () => () => {
    throw new RouterError('ROUTER_INTERNAL', { reason: 'A route has a schema.' })
  },
  buildSerializer: () => () => JSON.stringify,
}

/** Milliseconds in which a client must have sent its whole request, or its head and much of its body (`mayGoOn`). */
const REQUEST_TIMEOUT_MS = 120_000
/**
 * Milliseconds that an idle connection is kept for the next request: longer than most balancers do, who then are the
 * first to close.
 */
const KEEP_ALIVE_MS = 72_000

/** Requests that are begun in one turn of the event loop: a tenth of a millisecond's worth. */
const PER_TURN = 4

declare module 'fastify' {
  interface FastifyRequest {
    client: Client | undefined
  }
}

/** The HTTP side: the surfaces straight from Node, all else by Fastify. */
export function createServer(parts: ServerParts): FastifyInstance {
  const pace = new Pace(PER_TURN)
  const taken = surfaceListener(parts, pace)
  const relayed = relayListener(parts)
  const upgrades = new RealtimeUpgrades(parts)
  const app = Fastify({
    serverFactory: (handler) =>
      new DirectServer(
        {
          IncomingMessage: SurfaceRequest,
          requestTimeout: REQUEST_TIMEOUT_MS,
          keepAliveTimeout: KEEP_ALIVE_MS,
          shouldUpgradeCallback: isRealtime,
        },
        serveDirectly(parts, pace),
        (request: SurfaceRequest, response: ServerResponse) => {
          if (taken(request, response) || relayed(request, response)) return
          // Reports show all that was answered before.
          parts.engine.settle()
          handler(request, response)
        },
        parts.connections,
      ),
    bodyLimit: parts.bodyLimit,
    logger: false,
    schemaController: { compilersFactory: NO_COMPILERS },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      reply.hijack()
      sendError(request.raw, reply.raw, asRouterError(error, parts.bodyLimit), '')
    },
  })
  closeSilentConnections(app)
  app.server.on('upgrade', (request, socket, head) => void upgrades.take(request, socket, head))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    const decoded = decodeBody(body as Buffer, request.headers['content-encoding'], parts.bodyLimit)
    if (!Buffer.isBuffer(decoded)) return decoded
    done(null, decoded)
  })
  app.decorateRequest('client', undefined)

  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = request
    const requestId = requestIdIn(request.headers)
    if (requestId !== undefined) reply.header('x-request-id', requestId)
    // Pools of clients and balancers then look for another router by themselves.
    if (!parts.reports.ready()) reply.raw.shouldKeepAlive = false
    try {
      needOneHost(raw)
      if (request.method === 'POST' || !OPEN_PATHS.has(request.routeOptions.url))
        request.client = authenticate(parts, raw)
      if (Number(request.headers['content-length'] ?? 0) > parts.bodyLimit) throw tooLarge(parts.bodyLimit)
    } catch (error) {
      reply.hijack()
      void refuse(raw, reply.raw, knownError(parts, error, raw, ''), parts.bodyLimit)
      return
    }
    done()
  })
  app.setErrorHandler((error, request, reply) => {
    const known = knownError(parts, error, request.raw, '')
    reply.hijack()
    if (known.code === 'ROUTER_BODY_TOO_LARGE') void refuse(request.raw, reply.raw, known, parts.bodyLimit)
    else sendError(request.raw, reply.raw, known, '')
  })
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.url).slice(0, 200)
    const error = isAtRealtime(request.raw)
      ? new RouterError('ROUTER_NO_WEBSOCKET', { path })
      : new RouterError('ROUTER_NO_ROUTE', { method: request.method, path, hint: pathHint(request.method, path) })
    reply.hijack()
    sendError(request.raw, reply.raw, error, '')
  })

  for (const prefix of PREFIXES) {
    app.register(
      (scope, _options, done) => {
        reportRoutes(scope, parts.reports)
        endpointRoutes(scope, parts.endpoints)
        feedbackRoutes(scope, parts.feedback)
        done()
      },
      { prefix },
    )
  }
  app.register(
    (scope, _options, done) => {
      googleModelRoutes(scope, parts.reports)
      done()
    },
    { prefix: '/v1beta' },
  )
  app.get('/metrics', (_request, reply) => {
    reply.type('text/plain; version=0.0.4; charset=utf-8')
    return parts.metrics()
  })
  app.get('/', PROBED, () => ABOUT)
  app.get('/health', PROBED, () => ({ status: 'ok' }))
  app.get('/ready', PROBED, (_request, reply) =>
    parts.reports.ready() ? { status: 'ready' } : reply.code(503).send({ status: 'draining' }),
  )
  return app
}

const OPEN_PATHS: ReadonlySet<string | undefined> = new Set(['/', '/health', '/ready'])
/** Balancers ask with HEAD as well. */
const PROBED = { exposeHeadRoute: true }

/** For who finds this address and has no key: what it is, and where to go on. */
const ABOUT = {
  name: 'Commonroute',
  description: 'An LLM router. Point a client at one of these addresses.',
  openai: '/v1',
  openrouter: '/api/v1',
  anthropic: '/',
  gemini: '/',
  health: '/health',
}

/** Requests that are no HTTP, or whose head is too large or too slow: there is no path, so no dialect. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    if (isLongUpload(socket) || mayGoOn(socket, () => answerBroken(error, socket))) return
  }
  answerBroken(error, socket)
}

function answerBroken(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'the request headers are too large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'the request did not arrive in time']
        : ['400 Bad Request', 'this is not a valid HTTP request']
  answerBare(socket, { status, type: 'invalid_request_error', message })
}
