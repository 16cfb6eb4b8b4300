import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'
import { isSameText } from './same-text.ts'
import type { Services } from './services.ts'
import { hasSession } from './session.ts'
import { SIGN_IN_HEADERS, signInPage } from './sign-in-page.ts'
import { openRequest } from './signed-request.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `open`: also of a private hub anybody may ask for it, or the route looks itself at who asks. */
    access?: 'open'
  }
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD'])
/** Any user name will do. */
const CHALLENGE = 'Basic realm="hub", charset="UTF-8"'
/** For who gets the form to sign in: of Basic a browser would ask by itself, before it shows the form. */
const FORM_CHALLENGE = 'Bearer realm="hub"'

/**
 * A private hub is read by its members, who sign their requests, and by who has the read key: as a bearer token, as the
 * password of Basic, or signed in with it (session.ts). What is answered is for nobody's cache but the reader's own.
 */
export function guardReading(app: FastifyInstance, services: Services): void {
  if (!services.options.private) return
  app.addHook('onRequest', async (request, reply) => {
    if (!READS.has(request.method) || request.routeOptions.config.access === 'open') return
    const { current } = services.readKey
    if (hasKey(request, current) || hasSession(request, current, services.now())) return
    if (/^signed /i.test(request.headers.authorization ?? '')) {
      const opened = openRequest(services, request)
      request.member = opened.member
      await services.signers.requireActiveNow(opened)
      return
    }
    if (isBrowser(request)) {
      const [path = '/'] = request.url.split('?', 1)
      request.problem = 'key_needed'
      services.metrics.refused(request.routeOptions.url ?? 'other', request.problem)
      void reply.code(401).headers(SIGN_IN_HEADERS).header('www-authenticate', FORM_CHALLENGE)
      return reply.send(signInPage({ name: services.options.name, path, to: request.url.replace(/^\/+/, '') }))
    }
    void reply.header('www-authenticate', CHALLENGE)
    throw new ProtocolProblem(
      'key_needed',
      'This hub is private: sign the request as a member, or send its read key ("router hub read-key" shows it) as a bearer token or as the password of Basic; any name will do.',
    )
  })
  app.addHook('onSend', async (_request, reply) => keepFromCaches(reply))
}

/** Somebody looks at a page: no script, and no program that has its own credentials. */
const isBrowser = ({ headers }: FastifyRequest): boolean =>
  headers.authorization === undefined && /\btext\/html\b/.test(headers.accept ?? '')

const KEYS = 'authorization, cookie'

function keepFromCaches(reply: FastifyReply): void {
  const vary = reply.getHeader('vary')
  void reply.header('vary', vary === undefined ? KEYS : `${KEYS}, ${String(vary)}`)
  const cached = reply.getHeader('cache-control')
  if (typeof cached === 'string') void reply.header('cache-control', cached.replace('public', 'private'))
}

/** `authorization: Bearer KEY`, or Basic with the key as password. */
export function hasKey({ headers }: FastifyRequest, key: string | undefined): boolean {
  const [, scheme, given] = /^(Bearer|Basic) (.+)$/i.exec(headers.authorization ?? '') ?? []
  if (key === undefined || scheme === undefined || given === undefined) return false
  const presented = scheme.toLowerCase() === 'bearer' ? given : passwordIn(given)
  return isSameText(presented, key)
}

function passwordIn(credentials: string): string {
  const text = Buffer.from(credentials, 'base64').toString()
  return text.slice(text.indexOf(':') + 1)
}
