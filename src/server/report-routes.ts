import type { FastifyInstance, FastifyReply } from 'fastify'
import { RouterError } from '../base/errors.ts'
import type { JsonObject } from '../plugins/api.ts'
import { clientGone } from './client-gone.ts'

/** What can be asked about the router itself. Answers are plain JSON in OpenRouter's shapes. */
export interface Reports {
  ready(): boolean
  /** `query`: OpenRouter's filters, see `listModels`. Throws ROUTER_BAD_REQUEST. */
  models(query: Query): ModelPage
  /** Undefined for a model that is not configured. */
  model(name: string): JsonObject | undefined
  endpoints(name: string): JsonObject | undefined
  /**
   * By our id or by the upstream's; undefined also for one of another `client` (the fingerprint of its key). `signal`:
   * nobody waits for it any more.
   */
  generation(id: string, client: string | undefined, signal: AbortSignal): Promise<JsonObject | undefined>
  providers(): JsonObject[]
  /** Those that are known to keep nothing. */
  zdrEndpoints(): readonly JsonObject[]
  /** What its endpoints support, or those of one provider; undefined for a model that is not configured. */
  parameters(name: string, provider: string | undefined): JsonObject | undefined
  /** Of the asking client, the fingerprint of its key; undefined: of all, where no key is asked for. */
  key(client: string | undefined): JsonObject
  credits(client: string | undefined): JsonObject
  /** `date`: one UTC day; undefined for all that is known. Throws ROUTER_BAD_REQUEST. */
  activity(client: string | undefined, date: unknown): readonly JsonObject[]
  notFound(name: string): RouterError
}

/** As it came: a name that stands in it twice has a list. */
export type Query = Readonly<Record<string, unknown>>

/** Of the models that were asked for. */
export interface ModelPage {
  readonly data: readonly JsonObject[]
  /** Of all pages. */
  readonly total: number
  /** Where the next page begins; undefined on the last one. */
  readonly next?: number
}

interface Asked {
  readonly Querystring: Query
}
type Named = Asked & { readonly Params: { '*': string } }

/**
 * What OpenRouter's API has of models, providers, a key and a generation, relative to a prefix; the list of models also
 * has what OpenAI's and Anthropic's clients read.
 */
export function reportRoutes(app: FastifyInstance, reports: Reports): void {
  modelRoutes(app, reports)
  accountRoutes(app, reports)
  generationRoutes(app, reports)
  app.get('/providers', () => ({ data: reports.providers() }))
}

function modelRoutes(app: FastifyInstance, reports: Reports): void {
  const page = (query: Query, url: string) => {
    const { data, total, next } = reports.models(query)
    return {
      object: 'list',
      data,
      links: { next: next === undefined ? null : nextPage(url, next) },
      total_count: total,
      has_more: next !== undefined,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    }
  }
  for (const path of ['/models', '/models/user']) {
    app.get<Asked>(path, ({ query, url }, reply) => {
      // So that a router which looks for local servers does not take this one for a model server.
      reply.header('x-router', 'commonroute')
      return page(query, url)
    })
  }
  app.get<Asked>('/embeddings/models', ({ query, url }) => page({ ...query, output_modalities: 'embeddings' }, url))
  app.get<Asked>('/images/models', ({ query }) => ({
    data: reports.models({ ...query, output_modalities: 'image' }).data.map(imageModel),
  }))
  app.get<Asked>('/models/count', ({ query }) => ({ data: { count: reports.models(query).total } }))
  app.get('/endpoints/zdr', () => ({ data: reports.zdrEndpoints() }))
  // Names may contain slashes: one wildcard serves both the model and its endpoints.
  app.get<Named>('/models/*', ({ params }) => {
    const path = params['*']
    if (!path.endsWith('/endpoints')) return known(reports, reports.model(path), path)
    const name = path.slice(0, -'/endpoints'.length)
    return { data: known(reports, reports.endpoints(name), name) }
  })
  app.get<Named>('/model/*', ({ params }) => {
    const name = params['*']
    return { data: known(reports, reports.model(name), name) }
  })
  app.get<Named>('/parameters/*', ({ params, query: { provider } }) => {
    const name = params['*']
    return {
      data: known(reports, reports.parameters(name, provider === undefined ? provider : String(provider)), name),
    }
  })
}

/** Of OpenRouter's `GET /images/models`. What options a model has is not known. */
const imageModel = ({ id, name, created, description, architecture }: JsonObject): JsonObject => ({
  id,
  name,
  created,
  description,
  architecture,
  endpoints: `/api/v1/models/${id}/endpoints`,
  supported_parameters: {},
  supports_streaming: true,
})

function known(reports: Reports, data: JsonObject | undefined, name: string): JsonObject {
  if (!data) throw reports.notFound(name)
  return data
}

/** The same address, from there on. */
function nextPage(url: string, offset: number): string {
  const { pathname, searchParams } = new URL(url, 'http://router.invalid')
  searchParams.delete('after_id')
  searchParams.set('offset', String(offset))
  return `${pathname}?${searchParams}`
}

function accountRoutes(app: FastifyInstance, reports: Reports): void {
  // The second is its older name, which clients still ask at.
  for (const path of ['/key', '/auth/key']) app.get(path, ({ client }) => ({ data: reports.key(client?.fingerprint) }))
  app.get('/credits', ({ client }) => ({ data: reports.credits(client?.fingerprint) }))
  app.get<Asked>('/activity', ({ client, query: { date } }) => ({
    data: reports.activity(client?.fingerprint, date),
  }))
}

function generationRoutes(app: FastifyInstance, reports: Reports): void {
  const find = async (query: Query, client: string | undefined, reply: FastifyReply) => {
    const { id } = query
    // Named twice, it is an array.
    if (!id || typeof id !== 'string')
      throw new RouterError('ROUTER_BAD_REQUEST', { reason: 'Name the generation: ?id=gen-...', param: 'id' })
    const data = await reports.generation(id, client, clientGone(reply))
    if (!data) throw new RouterError('ROUTER_GENERATION_NOT_FOUND', { id: id.slice(0, 200) })
    return data
  }
  app.get<Asked>('/generation', async ({ query, client }, reply) => ({
    data: await find(query, client?.fingerprint, reply),
  }))
  app.get<Asked>('/generation/content', async ({ query, client }, reply) => {
    const { id } = await find(query, client?.fingerprint, reply)
    throw new RouterError('ROUTER_CONTENT_NOT_KEPT', { id: String(id) })
  })
}
