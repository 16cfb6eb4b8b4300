import { defineProvider, type ProviderAdapter, type Wire } from 'commonroute/plugin'
import { COHERE_POLICY, policyAt } from '../shared/data-policy.ts'
import {
  API_KEY_SCHEMA,
  BASE_URL_SCHEMA,
  HEADERS_SCHEMA,
  type HeaderMap,
  headerSets,
  joinUrl,
  listRequest,
  passedThrough,
} from '../shared/http.ts'
import { type ListShape, pageIn, pageUrl } from '../shared/model-list.ts'
import { capabilitiesOf, findModel } from '../shared/model-table.ts'
import { classifyCohere } from './errors.ts'
import { MODELS } from './models.ts'
import { quirksOf } from './quirks.ts'

interface Options {
  readonly api_key: string
  readonly base_url: string
  readonly client_name?: string
  readonly headers: HeaderMap
}

const WIRES: ProviderAdapter['wires'] = {
  chat: ['cohere-chat'],
  embedding: ['cohere-embed'],
  rerank: ['cohere-rerank'],
}

const HOSTS = { 'api.cohere.com': '-', 'api.cohere.ai': '-' }

/** https://docs.cohere.com/reference/list-models */
const LIST: ListShape = { list: 'models', name: 'name', next: 'next_page_token', retired: 'is_deprecated' }

/**
 * Cohere by its own API, second version: chats with documents, citations and thinking, embeddings, reranking.
 * Source: https://docs.cohere.com/reference, November 2026.
 */
export default defineProvider<Options>({
  name: 'cohere',
  services: {
    cohere: {
      keyVariable: 'COHERE_API_KEY',
      hosts: HOSTS,
      publicModels: [...MODELS.keys()],
      facts: {
        title: 'Cohere',
        baseUrl: 'https://api.cohere.com',
        auth: 'authorization: Bearer KEY',
        wires: WIRES,
        dataPolicy: COHERE_POLICY,
        notes: [
          'May train on what it gets unless that is turned off in its dashboard: declare data_policy: { data_collection: deny } then.',
          'Documents, citations, safety modes and priorities are fields of its own, which are sent on to it.',
          'Texts to embed are documents unless input_type says otherwise.',
        ],
        sources: ['https://docs.cohere.com/reference'],
      },
    },
  },
  schema: {
    type: 'object',
    description: 'Cohere, by its own API.',
    additionalProperties: false,
    required: ['api_key'],
    properties: {
      api_key: { ...API_KEY_SCHEMA, description: 'Usually from the environment: COHERE_API_KEY.' },
      base_url: {
        ...BASE_URL_SCHEMA,
        default: 'https://api.cohere.com',
        description: 'With or without /v2 at its end.',
      },
      client_name: { type: 'string', description: 'Sent as x-client-name: the app, in Cohere’s statistics.' },
      headers: HEADERS_SCHEMA,
    },
  },
  create(options, context): ProviderAdapter {
    const base = options.base_url.replace(/\/(?:v[12]|compatibility\/v1)\/*(?=$|\?)/, '')
    const urls: ReadonlyMap<Wire, URL> = new Map([
      ['cohere-chat', joinUrl(base, 'v2/chat')],
      ['cohere-embed', joinUrl(base, 'v2/embed')],
      ['cohere-rerank', joinUrl(base, 'v2/rerank')],
    ])
    const models = joinUrl(base, 'v1/models')
    models.searchParams.set('page_size', '1000')
    const headers = headerSets(
      {
        authorization: `Bearer ${options.api_key}`,
        ...(options.client_name !== undefined && { 'x-client-name': options.client_name }),
      },
      options.headers,
    )
    const policy = policyAt(base, HOSTS, COHERE_POLICY)
    return {
      wires: WIRES,
      dataPolicy: () => policy,
      prepare: (call) => ({
        method: 'POST',
        url: urls.get(call.wire)!,
        headers: call.stream ? headers.stream : headers.whole,
        body: call.body,
        framing: call.stream ? 'sse' : 'none',
      }),
      passThrough: (call) => passedThrough(base, call, headers),
      quirks: quirksOf,
      classify: (status, answer, body) => classifyCohere(status, answer, body, context.now()),
      capabilities: (model) => capabilitiesOf(findModel(MODELS, model)),
      models: (page) => listRequest(pageUrl(models, 'page_token', page), headers),
      modelsIn: (answer) => pageIn(answer, LIST),
    }
  },
})
