import type { FastifyInstance } from 'fastify'
import type { JsonObject } from '../../plugins/api.ts'
import type { Query, Reports } from '../report-routes.ts'

/** `GET /models` and one of them, as Google's clients read them. https://ai.google.dev/api/models */
export function googleModelRoutes(app: FastifyInstance, reports: Reports): void {
  app.get<{ Querystring: Query }>('/models', ({ query }) => {
    const { pageSize, pageToken } = query
    const { data, next } = reports.models({
      ...(pageSize !== undefined && { limit: pageSize }),
      ...(pageToken !== undefined && pageToken !== '' && { offset: pageToken }),
    })
    return { models: data.map(modelOf), ...(next !== undefined && { nextPageToken: String(next) }) }
  })
  app.get<{ Params: { '*': string } }>('/models/*', ({ params }) => {
    const model = reports.model(params['*'])
    if (!model) throw reports.notFound(params['*'])
    return modelOf(model)
  })
}

interface Listed {
  readonly id?: string
  readonly name?: string
  readonly description?: string
  readonly context_length?: number | null
  readonly top_provider?: { readonly max_completion_tokens?: number | null }
  readonly architecture?: { readonly output_modalities?: readonly string[] }
}

function modelOf(listed: JsonObject): JsonObject {
  const { id, name, description, context_length, top_provider, architecture } = listed as Listed
  const embeds = architecture?.output_modalities?.includes('embeddings') === true
  return {
    name: `models/${id}`,
    baseModelId: id,
    version: '001',
    displayName: name ?? id,
    description: description ?? '',
    ...(context_length && { inputTokenLimit: context_length }),
    ...(top_provider?.max_completion_tokens && { outputTokenLimit: top_provider.max_completion_tokens }),
    supportedGenerationMethods: embeds ? EMBEDS : GENERATES,
  }
}

const GENERATES = ['generateContent', 'streamGenerateContent', 'countTokens']
const EMBEDS = ['embedContent', 'batchEmbedContents']
