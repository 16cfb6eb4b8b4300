import { type DataPolicy, defineProvider, type JsonObject, type ProviderAdapter } from 'commonroute/plugin'
import { policyAt } from '../shared/data-policy.ts'
import {
  API_KEY_SCHEMA,
  BASE_URL_SCHEMA,
  HEADERS_SCHEMA,
  type HeaderMap,
  headerSets,
  listRequest,
  passedThrough,
} from '../shared/http.ts'
import { openAiRequest, openAiUrls } from '../shared/openai-wires.ts'
import { COMPATIBLE } from '../shared/quirks.ts'
import { classifyOpenRouter } from './errors.ts'
import { routed } from './routing.ts'

interface Options {
  readonly api_key: string
  readonly base_url: string
  readonly provider?: JsonObject
  readonly app_url?: string
  readonly app_title?: string
  readonly headers: HeaderMap
}

/** It takes its own reasoning back, and the role developer. */
const CHAT = { ...COMPATIBLE, roles: {}, reasoning: 'reasoning_details', reasoningKnob: { form: 'reasoning' } } as const

const WIRES: ProviderAdapter['wires'] = {
  chat: ['openai-chat', 'openai-responses', 'anthropic-messages'],
  completion: ['openai-completions'],
  embedding: ['openai-embeddings'],
  image: ['openai-images'],
  speech: ['openai-speech'],
  transcription: ['openai-transcriptions'],
  rerank: ['jina-rerank'],
}

/** The last two: guardrail data regions. */
const HOSTS = { 'openrouter.ai': '-', 'us.openrouter.ai': 'us', 'eu.openrouter.ai': 'eu' }

/** What it keeps to once it is set to. */
function policyOf({ zdr, data_collection: collection }: JsonObject = {}): DataPolicy | undefined {
  if (zdr !== true && collection !== 'deny') return undefined
  return {
    ...(zdr === true && { zdr }),
    dataCollection: 'deny',
    source: 'https://openrouter.ai/docs/guides/privacy/zero-data-retention',
  }
}

/**
 * OpenRouter as one upstream among others. Each of the providers behind it can be an endpoint of its own: one with the
 * region `deepinfra` is answered by DeepInfra or not at all, so that it is ranked and learned about by itself. What an
 * answer cost is what OpenRouter says (`usage.cost`).
 * Source: https://openrouter.ai/docs/api/reference/overview, November 2026.
 */
export default defineProvider<Options>({
  name: 'openrouter',
  services: {
    openrouter: {
      keyVariable: 'OPENROUTER_API_KEY',
      hosts: HOSTS,
      facts: {
        title: 'OpenRouter',
        baseUrl: 'https://openrouter.ai/api/v1',
        auth: 'authorization: Bearer KEY',
        wires: WIRES,
        notes: [
          'What becomes of prompts depends on who answers. With zdr: true or data_collection: deny under provider, it asks those only that comply, and counts as complying; operations that take no preferences (images, speech, transcription) are then left out.',
          'The region of an endpoint is the provider behind it that answers: openrouter/deepseek/deepseek-chat@deepinfra.',
          'Preferences in provider hold there as they do here; models, which has been resolved here, is not sent on.',
        ],
        sources: [
          'https://openrouter.ai/docs/api/reference/overview',
          'https://openrouter.ai/docs/api/reference/errors-and-debugging',
        ],
      },
    },
  },
  schema: {
    type: 'object',
    description: 'OpenRouter. The region of an endpoint is the provider behind it that has to answer.',
    additionalProperties: false,
    required: ['api_key'],
    properties: {
      api_key: { ...API_KEY_SCHEMA, description: 'Usually from the environment: OPENROUTER_API_KEY.' },
      base_url: {
        ...BASE_URL_SCHEMA,
        default: 'https://openrouter.ai/api/v1',
        description: 'With the version, e.g. a regional host.',
      },
      provider: {
        type: 'object',
        description:
          'Its provider preferences for requests that do not set them, such as data_collection. Default: none.',
        examples: [{ data_collection: 'deny', ignore: ['some-provider'] }],
      },
      app_url: { type: 'string', pattern: '^https?://[^\\s]+$', description: 'Sent as http-referer: your app’s page.' },
      app_title: { type: 'string', pattern: '^[\\x20-\\x7e]+$', description: 'Sent as x-openrouter-title.' },
      headers: HEADERS_SCHEMA,
    },
  },
  create(options, context): ProviderAdapter {
    const urls = openAiUrls(options.base_url, { 'openai-images': 'images' })
    const headers = headerSets(
      {
        authorization: `Bearer ${options.api_key}`,
        ...(options.app_url !== undefined && { 'http-referer': options.app_url }),
        ...(options.app_title !== undefined && { 'x-openrouter-title': options.app_title }),
      },
      options.headers,
    )
    const held = policyOf(options.provider)
    const policy = policyAt(options.base_url, HOSTS, held)
    const { image: _image, speech: _speech, transcription: _transcription, ...preferring } = WIRES
    return {
      // Where something is promised of all requests, those that cannot carry the promise are not taken.
      wires: held ? preferring : WIRES,
      dataPolicy: () => policy,
      routingFields: true,
      passThrough: (call) => passedThrough(options.base_url, call, headers),
      quirks: (wire) => (wire === 'openai-chat' ? CHAT : undefined),
      prepare: (call, endpoint) =>
        openAiRequest(
          routed(call, { own: context.id, region: endpoint.region, given: options.provider }),
          urls,
          headers,
        ),
      classify: (status, answer, body) => classifyOpenRouter(status, answer, body, context.now()),
      models: () => listRequest(urls.get('models')!, headers),
    }
  },
})
