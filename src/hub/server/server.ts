import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'
import { boundConnections } from './connections.ts'
import { SIGNED_TYPE } from './content-types.ts'
import type { AddressAction } from './limits.ts'
import type { HubServerOptions } from './options.ts'
import { answerBrokenRequest, answerProblem, problemOf } from './problem-answers.ts'
import { guardReading } from './read-access.ts'
import { logRequests } from './request-log.ts'
import { alarmRoutes } from './routes/alarms.ts'
import { hubRoutes } from './routes/hub.ts'
import { incidentRoutes } from './routes/incidents.ts'
import { memberRoutes } from './routes/members.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { pageRoutes } from './routes/page.ts'
import { probeRoutes } from './routes/probes.ts'
import { publishedRoutes } from './routes/published.ts'
import { reportRoutes } from './routes/reports.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { createServices, type Services } from './services.ts'
import { Ticker } from './ticker.ts'

/** The largest head of a request: a signed request in `authorization`, and what browsers and proxies add. */
const MAX_HEADER_BYTES = 16_384
const MAX_HEADERS = 100
/** For routes that say nothing else; no body is expected there. */
const BODY_LIMIT = 4_096
const CHECK_MS = 1_000
const METHODS = ['GET', 'POST', 'DELETE'] as const

/** For every answer; the page has its own content-security-policy. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which limit per address the route counts for; false: none. Default `read`. */
    admit?: AddressAction | false
  }
  interface FastifyRequest {
    /** Whose signature held; '' when there was none. */
    member: string
    /** Code of the problem that it was answered with. */
    problem: string
  }
}

/**
 * The hub's HTTP side, not yet listening: the API of docs/federation-protocol.md, `/healthz`, `/metrics`, and the page.
 * While it is ready it looks at the database every second for what other processes did. Closing it ends the streams;
 * the database stays open.
 */
export function createHubServer(options: HubServerOptions): FastifyInstance {
  const services = createServices(options)
  const { limits } = services
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    logger: false,
    trustProxy: options.trustProxy ?? false,
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.idleMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    http: {
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: Math.min(CHECK_MS, limits.headersMs),
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    routerOptions: { maxParamLength: 128 },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, _request, reply) => void answerProblem(reply, problemOf(error, BODY_LIMIT)),
  })
  app.server.maxConnections = limits.connections
  app.server.maxHeadersCount = MAX_HEADERS
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(SIGNED_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.decorateRequest('member', '')
  app.decorateRequest('problem', '')

  app.addHook('onRequest', async (request) => {
    const { admit = 'read' } = request.routeOptions.config
    if (admit) services.admission.address(admit, services.hash(request.ip))
  })
  app.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) if (!reply.hasHeader(name)) reply.header(name, value)
  })
  guardReading(app, services)
  logRequests(app, options.log)
  refuse(app, services)
  for (const routes of ROUTES) routes(app, services)

  const ticker = new Ticker(services)
  app.addHook('onReady', () => ticker.start())
  app.addHook('preClose', async () => {
    services.streams.close()
    await ticker.stop()
  })
  boundConnections(app, services)
  return app
}

const ROUTES = [
  hubRoutes,
  memberRoutes,
  reportRoutes,
  alarmRoutes,
  probeRoutes,
  publishedRoutes,
  incidentRoutes,
  metricsRoutes,
  pageRoutes,
  signInRoutes,
] as const

/** Everything that is refused is answered here, in one form. */
function refuse(app: FastifyInstance, { metrics, options }: Services): void {
  const answer = (reply: FastifyReply, problem: ProtocolProblem): Promise<void> => {
    const { request } = reply
    request.problem = problem.code
    metrics.refused(request.routeOptions.url ?? 'other', problem.code)
    if (problem.code === 'unavailable' && problem.cause !== undefined) metrics.databaseFailed()
    if (problem.status >= 500 && problem.cause !== undefined)
      options.log.error({ err: problem.cause, route: request.routeOptions.url }, 'failed')
    return answerProblem(reply, problem)
  }
  app.setErrorHandler((error, request, reply) => {
    void answer(reply, problemOf(error, request.routeOptions.bodyLimit ?? BODY_LIMIT))
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]!
    const allowed = METHODS.filter((method) => app.hasRoute({ method, url: path }))
    if (allowed.length > 0) {
      void reply.header('allow', allowed.join(', '))
      void answer(reply, new ProtocolProblem('method_not_allowed', `${path} is for ${allowed.join(' and ')} only.`))
    } else void answer(reply, new ProtocolProblem('not_found', 'There is nothing at this path.'))
  })
}
