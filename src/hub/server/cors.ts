import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify'

/** For what anybody may read: the scripts of other sites may, too. None of it depends on who asks. */
export const CORS_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'etag, retry-after',
}

const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  ...CORS_HEADERS,
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-allow-headers': 'authorization, if-none-match',
  'access-control-max-age': '86400',
}

/** A route that the scripts of other sites may read, answers and refusals. */
export const OPEN: { readonly onRequest: onRequestAsyncHookHandler } = {
  onRequest: async (_request, reply) => void reply.headers(CORS_HEADERS),
}

/** Answers the question that browsers ask before a request with headers of its own. */
export function allowPreflight(app: FastifyInstance, path: string): void {
  app.options(path, (_request, reply) =>
    reply.code(204).headers(PREFLIGHT_HEADERS).header('allow', 'GET, HEAD, OPTIONS').send(),
  )
}
