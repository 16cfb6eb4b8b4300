import { type DataPolicy, defineProvider, type ProviderAdapter } from 'commonroute/plugin'
import { classifyError } from '../shared/classify.ts'
import { claudeQuirks } from '../shared/claude.ts'
import { policyAt } from '../shared/data-policy.ts'
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
import { capabilitiesOf, findModel } from '../shared/model-table.ts'
import { MODELS } from './models.ts'

interface Options {
  readonly api_key: string
  readonly base_url: string
  readonly version: string
  readonly headers: HeaderMap
}

const HOSTS = { 'api.anthropic.com': '-' }

const WIRES: ProviderAdapter['wires'] = { chat: ['anthropic-messages'], counting: ['anthropic-count-tokens'] }

/** Kept for 30 days, unless Anthropic has agreed to keep nothing. */
const POLICY: DataPolicy = {
  zdr: false,
  dataCollection: 'deny',
  source: 'https://www.anthropic.com/legal/commercial-terms',
}

/**
 * Anthropic's own API. Speaks Messages; clients of other wires are translated by the core. Bodies pass byte for byte,
 * but for what `shared/claude.ts` says.
 */
export default defineProvider<Options>({
  name: 'anthropic',
  services: {
    anthropic: {
      keyVariable: 'ANTHROPIC_API_KEY',
      hosts: HOSTS,
      publicModels: [...MODELS.keys()],
      facts: {
        title: 'Anthropic',
        baseUrl: 'https://api.anthropic.com',
        auth: 'x-api-key: KEY',
        wires: WIRES,
        dataPolicy: POLICY,
        sources: ['https://docs.claude.com/en/api/overview'],
      },
    },
  },
  schema: {
    type: 'object',
    description: 'Anthropic.',
    additionalProperties: false,
    required: ['api_key'],
    properties: {
      api_key: { ...API_KEY_SCHEMA, description: 'Usually from the environment: ANTHROPIC_API_KEY.' },
      base_url: {
        ...BASE_URL_SCHEMA,
        default: 'https://api.anthropic.com',
        description: 'With or without /v1 at its end.',
      },
      version: {
        type: 'string',
        default: '2023-06-01',
        description: 'Sent as anthropic-version, whatever the client sends.',
      },
      headers: HEADERS_SCHEMA,
    },
  },
  create(options, context): ProviderAdapter {
    const base = options.base_url.replace(/\/v1(?:\/messages)?\/*(?=$|\?)/, '')
    const messages = joinUrl(base, 'v1/messages')
    const counts = joinUrl(base, 'v1/messages/count_tokens')
    const headers = headerSets({ 'x-api-key': options.api_key, 'anthropic-version': options.version }, options.headers)
    const models = joinUrl(base, 'v1/models')
    // The list is paged; this is the largest page.
    models.searchParams.set('limit', '1000')
    const policy = policyAt(base, HOSTS, POLICY)
    return {
      wires: WIRES,
      prepare(call) {
        const set = call.stream ? headers.stream : headers.whole
        const beta = betas(set['anthropic-beta'], call.headers['anthropic-beta'])
        return {
          method: 'POST',
          url: call.wire === 'anthropic-count-tokens' ? counts : messages,
          headers: beta === undefined ? set : { ...set, 'anthropic-beta': beta },
          body: call.body,
          framing: call.stream ? 'sse' : 'none',
        }
      },
      resources: { 'anthropic-files': 'v1/files', 'anthropic-batches': 'v1/messages/batches' },
      passThrough(call) {
        const target = passedThrough(base, call, headers)
        const beta = betas(target.headers['anthropic-beta'], call.headers['anthropic-beta'])
        return beta === undefined ? target : { ...target, headers: { ...target.headers, 'anthropic-beta': beta } }
      },
      dataPolicy: () => policy,
      quirks: (_wire, model) => claudeQuirks(model),
      classify: (status, answer, body) => classifyError(status, answer, body, context.now()),
      capabilities: (model) => capabilitiesOf(findModel(MODELS, model)),
      price: (model) => findModel(MODELS, model)?.price,
      models: () => listRequest(models, headers),
    }
  },
})

/** The configuration's and the client's features, both on. */
const betas = (configured: string | undefined, asked: string | undefined): string | undefined =>
  asked === undefined ? undefined : configured === undefined ? asked : `${configured},${asked}`
