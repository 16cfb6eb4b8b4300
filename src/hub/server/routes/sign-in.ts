import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isSameText } from '../same-text.ts'
import type { Services } from '../services.ts'
import { hasSession, noCookie, sessionCookie } from '../session.ts'
import { SIGN_IN_HEADERS, signedInPage, signInPage } from '../sign-in-page.ts'

const FORM = 'application/x-www-form-urlencoded'
/** Guesses are few: as for invites. */
const GUESSES = { config: { access: 'open', admit: 'enrol' } } as const

/**
 * Signing in at a private hub, for browsers: `POST sign-in` with the read key sets a cookie, `POST sign-out` takes it
 * away. The page that asks is what any page answers to who may not read it (read-access.ts).
 */
export function signInRoutes(app: FastifyInstance, services: Services): void {
  const { options, readKey, now } = services
  if (!options.private) return
  const answer = (reply: FastifyReply, status: number, html: string) =>
    reply.code(status).headers(SIGN_IN_HEADERS).send(html)
  const isSignedIn = (request: FastifyRequest) => hasSession(request, readKey.current, now())

  app.get('/sign-in', { config: { access: 'open' } }, (request, reply) =>
    answer(
      reply,
      200,
      isSignedIn(request) ? signedInPage(options.name) : signInPage({ name: options.name, path: '/' }),
    ),
  )
  app.register(async (forms) => {
    forms.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) =>
      done(null, new URLSearchParams(String(body))),
    )
    forms.post('/sign-in', GUESSES, (request, reply) => {
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
      const to = form.get('to') ?? ''
      const { current } = readKey
      if (current === undefined || !isSameText((form.get('key') ?? '').trim(), current))
        return answer(reply, 401, signInPage({ name: options.name, path: '/sign-in', to, isWrong: true }))
      return reply
        .header('set-cookie', sessionCookie(current, now(), request, options.url))
        .header('cache-control', 'no-store')
        .redirect(`./${pathIn(to)}`, 303)
    })
    forms.post('/sign-out', { config: { access: 'open' } }, (request, reply) =>
      reply
        .header('set-cookie', noCookie(request, options.url))
        .header('clear-site-data', '"cache"')
        .header('cache-control', 'no-store')
        .redirect('./sign-in', 303),
    )
  })
}

/** Below this hub's address, whatever a form says. */
function pathIn(to: string): string {
  if (!URL.canParse(to, 'http://hub/')) return ''
  const { pathname, search } = new URL(to, 'http://hub/')
  return `${pathname.replace(/^\/+/, '')}${search}`
}
