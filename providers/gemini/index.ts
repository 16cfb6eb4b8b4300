import { defineProvider, type ProviderAdapter } from 'commonroute/plugin'
import { GEMINI_POLICY, policyAt } from '../shared/data-policy.ts'
import { countBody, GEMINI_QUIRKS, METHODS, methodOf, modelUrls, pathOf } from '../shared/gemini-api.ts'
import { classifyGoogle } from '../shared/google-errors.ts'
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

interface Options {
  readonly api_key: string
  readonly base_url: string
  readonly headers: HeaderMap
}

const WIRES: ProviderAdapter['wires'] = {
  chat: ['gemini'],
  counting: ['gemini-count-tokens'],
  embedding: ['gemini-batch-embeddings', 'gemini-embeddings'],
  // Imagen, by Google's OpenAI-compatible API: https://ai.google.dev/gemini-api/docs/openai#image-generation
  image: ['openai-images'],
}

const HOSTS = { 'generativelanguage.googleapis.com': '-' }

/** https://ai.google.dev/api/models#method:-models.list */
const LIST: ListShape = { list: 'models', name: 'name', next: 'nextPageToken', prefix: 'models/' }

/**
 * Google's Gemini API in its own wire: thoughts and their signatures, safety blocks, Google's own tools. Clients of
 * other wires are translated by the core. Source: https://ai.google.dev/api, November 2026.
 */
export default defineProvider<Options>({
  name: 'gemini',
  services: {
    gemini: {
      keyVariable: 'GEMINI_API_KEY',
      otherKeyVariables: ['GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
      hosts: HOSTS,
      facts: {
        title: 'Gemini',
        baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
        auth: 'x-goog-api-key: KEY',
        wires: WIRES,
        dataPolicy: GEMINI_POLICY,
        notes: [
          'With a paid project nothing is used for training: declare data_policy: { data_collection: deny } then.',
          'Gemini 3 answers 400 to a call of a function without its thought signature: it is kept for every client, and where another maker made the call, the documented word for none stands in.',
          'Thoughts count against the limit of output: a small one gives an empty answer.',
        ],
        sources: ['https://ai.google.dev/api', 'https://ai.google.dev/gemini-api/docs/thought-signatures'],
      },
    },
  },
  schema: {
    type: 'object',
    description: "Google's Gemini API, in its own wire.",
    additionalProperties: false,
    required: ['api_key'],
    properties: {
      api_key: { ...API_KEY_SCHEMA, description: 'Usually from the environment: GEMINI_API_KEY.' },
      base_url: {
        ...BASE_URL_SCHEMA,
        default: 'https://generativelanguage.googleapis.com/v1beta',
        description: 'With or without the version, v1beta, at its end.',
      },
      headers: HEADERS_SCHEMA,
    },
  },
  create(options, context): ProviderAdapter {
    const root = options.base_url.replace(/\/+(?=$|\?)/, '')
    const base = /\/v1(?:beta|alpha)?$/.test(root) ? root : `${root}/v1beta`
    const urls = modelUrls((model) => joinUrl(base, inFolder(model)).href)
    const images = joinUrl(base, 'openai/images/generations')
    const models = joinUrl(base, 'models')
    models.searchParams.set('pageSize', '1000')
    const headers = headerSets({ 'x-goog-api-key': options.api_key }, options.headers)
    const compatible = headerSets({ authorization: `Bearer ${options.api_key}` }, options.headers)
    const policy = policyAt(base, HOSTS, GEMINI_POLICY)
    return {
      wires: WIRES,
      dataPolicy: () => policy,
      prepare(call, { model }) {
        const { whole, stream } = call.wire in METHODS ? headers : compatible
        return {
          method: 'POST',
          url: call.wire in METHODS ? urls(model, methodOf(call)) : images,
          headers: call.stream ? stream : whole,
          body: countBody(call, model),
          framing: call.stream ? 'sse' : 'none',
        }
      },
      passThrough: (call) => passedThrough(base, call, headers),
      quirks: (wire) => (wire === 'gemini' ? GEMINI_QUIRKS : undefined),
      classify: (status, answer, body) => classifyGoogle(status, answer, body, context.now()),
      models: (page) => listRequest(pageUrl(models, 'pageToken', page), headers),
      modelsIn: (answer) => pageIn(answer, LIST),
    }
  },
})

/** `gemini-2.5-pro`, `models/gemini-2.5-pro`, `tunedModels/mine`. */
const inFolder = (model: string): string =>
  /^(?:models|tunedModels)\//.test(model) ? pathOf(model) : `models/${pathOf(model)}`
