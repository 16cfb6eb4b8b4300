import type { FastifyInstance } from 'fastify'
import { RouterError } from '../base/errors.ts'
import type { JsonObject } from '../plugins/api.ts'

/** What is held against endpoints, and how it is taken back. */
export interface EndpointStates {
  list(): JsonObject[]
  /** Its state afterwards; undefined for one that is not configured. */
  close(endpoint: string): JsonObject | undefined
}

/** `GET router/endpoints` and `POST router/endpoints/close?endpoint=ID`: relative to a prefix. */
export function endpointRoutes(app: FastifyInstance, states: EndpointStates): void {
  app.get('/router/endpoints', () => ({ data: states.list() }))
  app.post<{ Querystring: { endpoint?: string } }>('/router/endpoints/close', ({ query: { endpoint } }) => {
    if (!endpoint || typeof endpoint !== 'string')
      throw new RouterError('ROUTER_BAD_REQUEST', { reason: 'Name the endpoint: ?endpoint=ID' })
    const data = states.close(endpoint)
    if (!data) throw new RouterError('ROUTER_NO_SUCH_ENDPOINT', { endpoint: endpoint.slice(0, 200) })
    return { data }
  })
}
