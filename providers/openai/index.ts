import { type DataPolicy, defineProvider, type ProviderAdapter } from 'commonroute/plugin'
import { classifyError } from '../shared/classify.ts'
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
import { capabilitiesOf, findModel } from '../shared/model-table.ts'
import { OPENAI_RESOURCES, openAiRequest, openAiUrls } from '../shared/openai-wires.ts'
import { MODELS, speaksResponsesOnly } from './models.ts'
import { quirksOf } from './quirks.ts'

interface Options {
  readonly api_key: string
  readonly base_url: string
  readonly organization?: string
  readonly project?: string
  readonly headers: HeaderMap
}

/** https://developers.openai.com/api/docs/guides/data-residency, November 2026. */
const HOSTS = {
  'api.openai.com': '-',
  'us.api.openai.com': 'us',
  'eu.api.openai.com': 'eu',
  'au.api.openai.com': 'au',
  'in.api.openai.com': 'in',
  'jp.api.openai.com': 'jp',
  'ae.api.openai.com': 'ae',
}

const WIRES: ProviderAdapter['wires'] = {
  chat: ['openai-chat', 'openai-responses', 'openai-compact'],
  completion: ['openai-completions'],
  embedding: ['openai-embeddings'],
  image: ['openai-images'],
  image_edit: ['openai-image-edits', 'openai-image-variations'],
  speech: ['openai-speech'],
  transcription: ['openai-transcriptions'],
  translation: ['openai-translations'],
  moderation: ['openai-moderations'],
  counting: ['openai-input-tokens'],
  realtime: ['openai-realtime'],
}

/** Logs of abuse are kept for 30 days, unless OpenAI has agreed to keep none. */
const POLICY: DataPolicy = {
  zdr: false,
  dataCollection: 'deny',
  source: 'https://developers.openai.com/api/docs/guides/your-data',
}

/**
 * OpenAI's own API: chat completions, responses, completions, embeddings and counts of input tokens. Bodies pass byte
 * for byte, but for what `quirks.ts` says.
 */
export default defineProvider<Options>({
  name: 'openai',
  services: {
    openai: {
      keyVariable: 'OPENAI_API_KEY',
      hosts: HOSTS,
      publicModels: [...MODELS.keys()],
      facts: {
        title: 'OpenAI',
        baseUrl: 'https://api.openai.com/v1',
        wires: WIRES,
        dataPolicy: POLICY,
        sources: ['https://platform.openai.com/docs/api-reference'],
      },
    },
  },
  schema: {
    type: 'object',
    description: 'OpenAI.',
    additionalProperties: false,
    required: ['api_key'],
    properties: {
      api_key: { ...API_KEY_SCHEMA, description: 'Usually from the environment: OPENAI_API_KEY.' },
      base_url: {
        ...BASE_URL_SCHEMA,
        default: 'https://api.openai.com/v1',
        description: 'With the version, e.g. a regional host.',
      },
      organization: { type: 'string', ofAccount: true, description: 'Sent as openai-organization.' },
      project: { type: 'string', ofAccount: true, description: 'Sent as openai-project.' },
      headers: HEADERS_SCHEMA,
    },
  },
  create(options, context): ProviderAdapter {
    const urls = openAiUrls(options.base_url)
    const headers = headerSets(
      {
        authorization: `Bearer ${options.api_key}`,
        ...(options.organization ? { 'openai-organization': options.organization } : {}),
        ...(options.project ? { 'openai-project': options.project } : {}),
      },
      options.headers,
    )
    const policy = policyAt(options.base_url, HOSTS, POLICY)
    return {
      wires: WIRES,
      resources: OPENAI_RESOURCES,
      passThrough: (call) => passedThrough(options.base_url, call, headers),
      dataPolicy: () => policy,
      quirks: (wire, model) => (wire === 'openai-chat' ? quirksOf(model) : undefined),
      prepare: (call) => openAiRequest(call, urls, headers),
      classify: (status, answer, body) => classifyError(status, answer, body, context.now()),
      capabilities: (model) => ({
        ...capabilitiesOf(findModel(MODELS, model)),
        ...(speaksResponsesOnly(model) && { chatWires: ['openai-responses'] }),
      }),
      price: (model) => findModel(MODELS, model)?.price,
      models: () => listRequest(urls.get('models')!, headers),
    }
  },
})
