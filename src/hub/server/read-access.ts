import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'
import type { Services } from './services.ts'
import { openRequest } from './signed-request.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `open`: also of a private hub anybody may ask for it, or the route looks itself at who asks. */
    access?: 'open'
  }
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD'])
/** Browsers ask for it; any user name will do. */
const CHALLENGE = 'Basic realm="hub", charset="UTF-8"'

/**
 * A private hub is read by its members, who sign their requests, and by who has the read key: as a bearer token, or as
 * the password that a browser asks for. What is answered is for nobody's cache but the reader's own.
 */
export function guardReading(app: FastifyInstance, services: Services): void {
  if (!services.options.private) return
  app.addHook('onRequest', async (request, reply) => {
    if (!READS.has(request.method) || request.routeOptions.config.access === 'open') return
    if (hasKey(request, services.readKey.current)) return
    if (/^signed /i.test(request.headers.authorization ?? '')) {
      const opened = openRequest(services, request)
      request.member = opened.member
      await services.signers.requireActiveNow(opened)
      return
    }
    void reply.header('www-authenticate', CHALLENGE)
    throw new ProtocolProblem(
      'key_needed',
      'This hub is private: sign the request as a member, or send its read key ("router hub read-key" shows it). In a browser it is the password; any name will do.',
    )
  })
  app.addHook('onSend', async (_request, reply) => keepFromCaches(reply))
}

function keepFromCaches(reply: FastifyReply): void {
  const vary = reply.getHeader('vary')
  void reply.header('vary', vary === undefined ? 'authorization' : `authorization, ${String(vary)}`)
  const cached = reply.getHeader('cache-control')
  if (typeof cached === 'string') void reply.header('cache-control', cached.replace('public', 'private'))
}

/** `authorization: Bearer KEY`, or Basic with the key as password. */
export function hasKey({ headers }: FastifyRequest, key: string | undefined): boolean {
  const [, scheme, given] = /^(Bearer|Basic) (.+)$/i.exec(headers.authorization ?? '') ?? []
  if (key === undefined || scheme === undefined || given === undefined) return false
  const presented = scheme.toLowerCase() === 'bearer' ? given : passwordIn(given)
  return timingSafeEqual(digest(presented), digest(key))
}

function passwordIn(credentials: string): string {
  const text = Buffer.from(credentials, 'base64').toString()
  return text.slice(text.indexOf(':') + 1)
}

const digest = (text: string) => createHash('sha256').update(text).digest()
