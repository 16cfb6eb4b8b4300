import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type Client, type ClientKeys, presentedKeys } from '../access/client-keys.ts'
import type { KeylessAccess } from '../access/keyless.ts'
import { discardBody } from '../base/discard-body.ts'
import { RouterError, reasonOf } from '../base/errors.ts'
import type { Engine } from '../routing/engine.ts'
import { decodeBody } from './decode-body.ts'
import { errorBody, errorHeaders } from './error-body.ts'
import { feedbackRoutes, type TakeFeedback } from './feedback.ts'
import { HttpSink } from './http-sink.ts'
import { readCall } from './read-call.ts'
import { type Reports, reportRoutes } from './report-routes.ts'
import { closeSilentConnections } from './silent-connections.ts'
import { dialectOf, PREFIXES, SURFACES } from './surfaces.ts'
import { requestIdIn } from './trace.ts'

/** Milliseconds in which a client must have sent its whole request. */
const REQUEST_TIMEOUT_MS = 120_000
/** Of a refused body, how much is thrown away, in limits of a body that is taken, and for how long: the sender then gets to read why. */
const LINGER_FACTOR = 8
const LINGER_MS = 10_000
/** As long for who has no business here. */
const STRANGER_LINGER_MS = 2000

declare module 'fastify' {
  interface FastifyRequest {
    arrivedMs: number
    /** Ours for this request; '' until its body has been read. */
    generationId: string
    client: Client | undefined
  }
}

export interface ServerParts {
  readonly engine: Engine
  readonly reports: Reports
  readonly feedback: TakeFeedback
  /** For Prometheus, in its text format. */
  readonly metrics: () => string
  /** Read at every request: keys change with a reload. */
  readonly keys: () => ClientKeys
  /** Who may ask while there are none. */
  readonly keyless: () => KeylessAccess
  readonly bodyLimit: number
  /** Unexpected errors, for the log. */
  readonly onError: (
    error: unknown,
    request: { readonly path: string; readonly id: string; readonly requestId: string | undefined },
  ) => void
}

/** The HTTP side: authentication, bodies, the surfaces, errors in the client's dialect. */
export function createServer(parts: ServerParts): FastifyInstance {
  const app = Fastify({
    bodyLimit: parts.bodyLimit,
    logger: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => sendError(reply, request.raw.url ?? '', asRouterError(error, parts.bodyLimit)),
  })
  closeSilentConnections(app)
  app.removeAllContentTypeParsers()
  // JSON by name, though read like anything else: Fastify remembers the parser of a named type, and searches for others each time.
  app.addContentTypeParser(['application/json', '*'], { parseAs: 'buffer' }, (request, body, done) => {
    const decoded = decodeBody(body as Buffer, request.headers['content-encoding'], parts.bodyLimit)
    if (!Buffer.isBuffer(decoded)) return decoded
    done(null, decoded)
  })
  app.decorateRequest('arrivedMs', 0)
  app.decorateRequest('generationId', '')
  app.decorateRequest('client', undefined)

  app.addHook('onRequest', (request, reply, done) => {
    request.arrivedMs = performance.now()
    const requestId = requestIdIn(request.headers)
    if (requestId !== undefined) reply.header('x-request-id', requestId)
    // Pools of clients and balancers then look for another router by themselves.
    if (!parts.reports.ready()) reply.raw.shouldKeepAlive = false
    const refusal = authenticate(parts, request) ?? tooLarge(request, parts.bodyLimit)
    if (refusal) void refuse(reply, request.url, refusal, parts.bodyLimit)
    else done()
  })
  app.setErrorHandler((error, request, reply) => {
    const known = asRouterError(error, parts.bodyLimit)
    if (known.code === 'ROUTER_INTERNAL' || known.code === 'ROUTER_STRATEGY_FAILED')
      parts.onError(error, { path: pathOf(request.url), id: request.generationId, requestId: requestIdIn(request.headers) })
    // Nothing can be said after the head of an answer is out.
    if (reply.raw.headersSent) {
      reply.raw.destroy()
      return
    }
    if (known.code !== 'ROUTER_BODY_TOO_LARGE') sendError(reply, request.url, known)
    else void refuse(reply, request.url, known, parts.bodyLimit)
  })
  app.setNotFoundHandler((request, reply) => {
    sendError(reply, request.url, new RouterError('ROUTER_NO_ROUTE', { method: request.method, path: pathOf(request.url).slice(0, 200) }))
  })

  for (const prefix of PREFIXES) {
    for (const surface of SURFACES) {
      app.post(`${prefix}${surface.path}`, async (request, reply) => {
        const call = readCall(surface, prefix, request.headers, (request.body as Buffer | undefined) ?? EMPTY, request.arrivedMs)
        const sink = new HttpSink(reply.raw, call.stream, call.trace?.requestId ?? call.id)
        request.generationId = call.id
        await parts.engine.handle(call, sink, request.client?.fingerprint)
        reply.hijack()
      })
    }
    app.register(
      (scope, _options, done) => {
        reportRoutes(scope, parts.reports)
        feedbackRoutes(scope, parts.feedback)
        done()
      },
      { prefix },
    )
  }
  app.get('/metrics', (_request, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(parts.metrics()))
  app.get('/', PROBED, () => ABOUT)
  app.get('/health', PROBED, () => ({ status: 'ok' }))
  app.get('/ready', PROBED, (_request, reply) =>
    parts.reports.ready() ? { status: 'ready' } : reply.code(503).send({ status: 'draining' }),
  )
  return app
}

const EMPTY = Buffer.alloc(0)
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
  health: '/health',
}

/** Without the query, which may hold a key. */
const pathOf = (url: string) => url.split('?', 1)[0]!

function authenticate({ keys, keyless }: ServerParts, request: FastifyRequest): RouterError | undefined {
  const { headers } = request
  // RFC 9112, section 3.2; Node takes the first.
  if (hasTwoHosts(request.raw.rawHeaders))
    return new RouterError('ROUTER_BAD_REQUEST', { reason: 'The request has more than one Host header.' })
  if (request.method !== 'POST' && OPEN_PATHS.has(request.routeOptions.url)) return undefined
  const known = keys()
  if (!known.required) return keyless().refusal(headers)
  const presented = presentedKeys(headers)
  if (presented.length === 0) {
    return new RouterError('ROUTER_UNAUTHENTICATED', { reason: 'No API key: send it as "Authorization: Bearer KEY" or as "x-api-key".' })
  }
  for (const key of presented) request.client ??= known.identify(key)
  return request.client ? undefined : new RouterError('ROUTER_UNAUTHENTICATED', { reason: 'The API key is not one of this router.' })
}

function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]!.length === 4 && rawHeaders[at]!.toLowerCase() === 'host') hosts += 1
  return hosts > 1
}

/** Lets the sender send on for a while, so that it gets to read why; who has not ended then is hung up on. */
async function refuse(reply: FastifyReply, url: string, error: RouterError, bodyLimit: number): Promise<void> {
  const { raw } = reply.request
  await discardBody(raw, LINGER_FACTOR * bodyLimit, error.code === 'ROUTER_BODY_TOO_LARGE' ? LINGER_MS : STRANGER_LINGER_MS)
  if (!raw.complete) reply.raw.shouldKeepAlive = false
  sendError(reply, url, error)
}

function tooLarge(request: FastifyRequest, limit: number): RouterError | undefined {
  return Number(request.headers['content-length'] ?? 0) > limit ? new RouterError('ROUTER_BODY_TOO_LARGE', { limit }) : undefined
}

function sendError(reply: FastifyReply, url: string, error: RouterError): void {
  const id = reply.request.generationId || undefined
  if (id !== undefined) {
    reply.header('x-generation-id', id)
    if (!reply.hasHeader('x-request-id')) reply.header('x-request-id', id)
  }
  reply
    .code(error.status)
    .headers(errorHeaders(error))
    .send(JSON.stringify(errorBody(error, dialectOf(url), id)))
}

function asRouterError(error: unknown, bodyLimit: number): RouterError {
  if (error instanceof RouterError) return error
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new RouterError('ROUTER_BODY_TOO_LARGE', { limit: bodyLimit })
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new RouterError('ROUTER_BAD_REQUEST', { reason: reasonOf(error) })
  // What went wrong inside is for the log only.
  return new RouterError('ROUTER_INTERNAL', { reason: 'see its log' }, { cause: error })
}

/** Requests that are no HTTP, or whose head is too large or too slow: there is no path, so no dialect. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, reason] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'the request headers are too large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'the request did not arrive in time']
        : ['400 Bad Request', 'this is not a valid HTTP request']
  const body = JSON.stringify({ error: { message: reason, type: 'invalid_request_error', param: null, code: null } })
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
