import {
  type DataPolicy,
  defineProvider,
  editBody,
  type JsonObject,
  type ProviderAdapter,
  type ProviderCall,
  type UpstreamRequest,
  type Wire,
} from 'commonroute/plugin'
import { policyAt, policyHere } from '../shared/data-policy.ts'
import {
  API_KEY_SCHEMA,
  basicAuthorization,
  HEADERS_SCHEMA,
  type HeaderMap,
  headerSets,
  joinUrl,
  listRequest,
  OPEN_URL_SCHEMA,
  passedThrough,
} from '../shared/http.ts'
import { isObject } from '../shared/is-object.ts'
import { openAiRequest, openAiUrls } from '../shared/openai-wires.ts'
import { classifyOllama } from './errors.ts'
import { quirksOf } from './quirks.ts'

interface Options {
  readonly base_url: string
  readonly api_key?: string
  readonly keep_alive?: string | number
  readonly options?: JsonObject
  readonly chat_wires: readonly Wire[]
  readonly headers: HeaderMap
}

const WIRES: ProviderAdapter['wires'] = {
  chat: ['ollama-chat'],
  completion: ['openai-completions'],
  embedding: ['ollama-embed'],
}

const CLOUD_HOST = 'ollama.com'
const CLOUD_POLICY: DataPolicy = { zdr: true, dataCollection: 'deny', source: 'https://docs.ollama.com/cloud/faq' }

/** Models that a server of one's own passes on to ollama.com: https://docs.ollama.com/cloud */
const IN_THE_CLOUD = /[:-]cloud$/

/**
 * Ollama by its own API: only there can the context (`num_ctx`), `keep_alive` and thinking be set, and only there it
 * says how long it loaded the model. Text completions go through its OpenAI-compatible one.
 * Source: https://docs.ollama.com/api, November 2026.
 */
export default defineProvider<Options>({
  name: 'ollama',
  services: {
    ollama: {
      localUrl: 'http://127.0.0.1:11434/v1',
      facts: {
        title: 'Ollama',
        baseUrl: 'http://127.0.0.1:11434',
        wires: WIRES,
        notes: [
          'A prompt longer than the context (num_ctx, in options) is cut without an error.',
          'The time of loading a model is known, and not counted as its speed.',
        ],
        sources: ['https://docs.ollama.com/api'],
      },
    },
    'ollama-cloud': {
      keyVariable: 'OLLAMA_API_KEY',
      options: { base_url: `https://${CLOUD_HOST}` },
      facts: {
        title: 'Ollama Cloud',
        baseUrl: 'https://ollama.com',
        auth: 'authorization: Bearer KEY',
        wires: WIRES,
        dataPolicy: CLOUD_POLICY,
        sources: ['https://docs.ollama.com/cloud'],
      },
    },
  },
  schema: {
    type: 'object',
    description: 'Ollama, by its own API.',
    additionalProperties: false,
    properties: {
      base_url: {
        ...OPEN_URL_SCHEMA,
        default: 'http://127.0.0.1:11434',
        description: 'With or without /v1 or /api at its end; user:password@ is sent as Basic authorization.',
      },
      api_key: { ...API_KEY_SCHEMA, description: 'Of ollama.com: OLLAMA_API_KEY. Servers of your own need none.' },
      keep_alive: {
        type: ['string', 'number'],
        pattern: '^-?\\d+(?:\\.\\d+)?(?:ms|s|m|h)?$',
        expects: 'a time such as 10m, seconds, or -1 for ever',
        description: "How long the model stays loaded after a request that does not say it. Default: the server's.",
        examples: ['30m'],
      },
      options: {
        type: 'object',
        description: 'Parameters of the model that a request does not set itself, such as num_ctx. Default: none.',
        additionalProperties: { type: ['string', 'number', 'boolean', 'array'] },
        examples: [{ num_ctx: 32_768 }],
      },
      chat_wires: {
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        default: ['ollama-chat'],
        items: { enum: ['ollama-chat', 'openai-chat', 'openai-responses', 'anthropic-messages'] },
        description:
          'The APIs that chats may go through, best first; of the others, `options` and `keep_alive` say nothing.',
      },
      headers: HEADERS_SCHEMA,
    },
  },
  create(options, context): ProviderAdapter {
    const base = options.base_url.replace(/\/+(?:v1|api)\/*(?=$|\?)/, '')
    const urls = openAiUrls(joinUrl(base, 'v1').href)
    const own: ReadonlyMap<Wire, URL> = new Map([
      ['ollama-chat', joinUrl(base, 'api/chat')],
      ['ollama-embed', joinUrl(base, 'api/embed')],
    ])
    const policy = policyHere(base) ?? policyAt(base, { [CLOUD_HOST]: '-' }, CLOUD_POLICY)
    const key = options.api_key
    const headers = headerSets(key ? { authorization: `Bearer ${key}` } : basicAuthorization(base), options.headers)
    const lines = { ...headers.stream, accept: 'application/x-ndjson' }
    const native = (call: ProviderCall, url: URL): UpstreamRequest => ({
      method: 'POST',
      url,
      headers: call.stream ? lines : headers.whole,
      body: withDefaults(call, options),
      framing: call.stream ? 'ndjson' : 'none',
    })
    return {
      wires: { ...WIRES, chat: options.chat_wires },
      ...(new URL(base).host === CLOUD_HOST && { service: 'ollama-cloud' }),
      prepare(call) {
        const url = own.get(call.wire)
        return url ? native(call, url) : openAiRequest(call, urls, headers)
      },
      passThrough: (call) => passedThrough(base, call, headers),
      dataPolicy: (model) => (IN_THE_CLOUD.test(model) ? policy && CLOUD_POLICY : policy),
      quirks: quirksOf,
      classify: (status, answer, body) => classifyOllama(status, answer, body, context.now()),
      models: () => listRequest(urls.get('models')!, headers),
    }
  },
})

/** What the request says itself wins. */
function withDefaults(call: ProviderCall, { keep_alive, options }: Options): Buffer {
  if (keep_alive === undefined && options === undefined) return call.body
  const body = call.json()
  const set: Record<string, unknown> = {}
  if (keep_alive !== undefined && body.keep_alive === undefined) set.keep_alive = keep_alive
  if (options) set.options = { ...options, ...(isObject(body.options) ? body.options : {}) }
  return editBody(call.body, { set })
}
