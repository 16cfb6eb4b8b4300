import type { FastifyInstance } from 'fastify'
import { RouterError } from '../base/errors.ts'
import type { JsonObject } from '../plugins/api.ts'
import { clientGone } from './client-gone.ts'

/** What can be asked about the router itself. Answers are plain JSON in OpenRouter's shapes. */
export interface Reports {
  ready(): boolean
  models(): JsonObject[]
  /** Undefined for a model that is not configured. */
  model(name: string): JsonObject | undefined
  endpoints(name: string): JsonObject | undefined
  /**
   * By our id or by the upstream's; undefined also for one of another `client` (the fingerprint of its key). `signal`:
   * nobody waits for it any more.
   */
  generation(id: string, client: string | undefined, signal: AbortSignal): Promise<JsonObject | undefined>
  providers(): JsonObject[]
  notFound(name: string): RouterError
}

/**
 * `models`, `models/count`, `models/{name}`, `models/{name}/endpoints`, `generation`, `providers`: relative to a
 * prefix.
 */
export function reportRoutes(app: FastifyInstance, reports: Reports): void {
  app.get('/models', (_request, reply) => {
    const data = reports.models()
    // So that a router which looks for local servers does not take this one for a model server.
    reply.header('x-router', 'commonroute')
    return { object: 'list', data, links: { next: null }, total_count: data.length, has_more: false }
  })
  app.get('/models/count', () => ({ data: { count: reports.models().length } }))
  // Names may contain slashes: one wildcard serves both the model and its endpoints.
  app.get<{ Params: { '*': string } }>('/models/*', (request) => {
    const path = request.params['*']
    const name = path.endsWith('/endpoints') ? path.slice(0, -'/endpoints'.length) : undefined
    if (name !== undefined) {
      const data = reports.endpoints(name)
      if (!data) throw reports.notFound(name)
      return { data }
    }
    const model = reports.model(path)
    if (!model) throw reports.notFound(path)
    return model
  })
  app.get<{ Querystring: { id?: string } }>('/generation', async (request, reply) => {
    const { id } = request.query
    // Named twice, it is an array.
    if (!id || typeof id !== 'string')
      throw new RouterError('ROUTER_BAD_REQUEST', { reason: 'Name the generation: ?id=gen-...' })
    const data = await reports.generation(id, request.client?.fingerprint, clientGone(reply))
    if (!data) throw new RouterError('ROUTER_GENERATION_NOT_FOUND', { id: id.slice(0, 200) })
    return { data }
  })
  app.get('/providers', () => ({ data: reports.providers() }))
}
