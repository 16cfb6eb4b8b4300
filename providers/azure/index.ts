import { type DataPolicy, defineProvider, type ProviderAdapter, type ProviderCall } from 'commonroute/plugin'
import { classifyError } from '../shared/classify.ts'
import { claudeQuirks } from '../shared/claude.ts'
import {
  API_KEY_SCHEMA,
  BASE_URL_SCHEMA,
  HEADERS_SCHEMA,
  type HeaderMap,
  type HeaderSets,
  headerSets,
  joinUrl,
  passedThrough,
} from '../shared/http.ts'
import { OPENAI_RESOURCES, openAiRequest, openAiUrls } from '../shared/openai-wires.ts'
import { COMPATIBLE } from '../shared/quirks.ts'
import { deploymentUrls } from './deployments.ts'
import { tokensOf } from './entra.ts'

interface Options {
  readonly resource?: string
  readonly base_url?: string
  readonly api_key?: string
  readonly api: 'v1' | 'deployments'
  readonly api_version?: string
  readonly scope: string
  readonly client_id?: string
  readonly headers: HeaderMap
}

/** What is flagged as abuse is kept for review; a resource does not say where it lies. */
const POLICY: DataPolicy = {
  zdr: false,
  dataCollection: 'deny',
  source: 'https://learn.microsoft.com/en-us/azure/ai-foundry/responsible-ai/openai/data-privacy',
}
const OWN_HOST = /\.(?:openai|services\.ai|cognitiveservices)\.azure\.com$/

/** The last dated version of the deployments' paths. */
const LAST_DATED = '2024-10-21'
const isClaude = (model: string): boolean => /claude/i.test(model)
/** A deployment may have any name, so that nothing is known of its model but what is common to all. */
const QUIRKS = { ...COMPATIBLE, roles: {} }

const WIRES: ProviderAdapter['wires'] = {
  chat: ['openai-chat', 'openai-responses', 'openai-compact', 'anthropic-messages'],
  embedding: ['openai-embeddings'],
  image: ['openai-images'],
  image_edit: ['openai-image-edits'],
  speech: ['openai-speech'],
  transcription: ['openai-transcriptions'],
  translation: ['openai-translations'],
  realtime: ['openai-realtime'],
}

/** With a path for each deployment: sessions have another one there, and Responses none. */
const OLDER_WIRES: ProviderAdapter['wires'] = { ...withoutRealtime(WIRES), chat: ['openai-chat'] }

/**
 * Azure OpenAI and AI Foundry (https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle): the v1 API,
 * which is OpenAI's own, or the dated one with a path for each deployment. Models are names of deployments; one with
 * `claude` in its name speaks Messages.
 */
export default defineProvider<Options>({
  name: 'azure',
  services: {
    azure: {
      options: { base_url: `\${AZURE_OPENAI_ENDPOINT}` },
      keyVariable: 'AZURE_OPENAI_API_KEY',
      otherKeyVariables: ['AZURE_API_KEY'],
      isPrivate: true,
      facts: {
        title: 'Azure OpenAI',
        baseUrl: `\${AZURE_OPENAI_ENDPOINT}`,
        auth: 'api-key: KEY',
        wires: WIRES,
        dataPolicy: POLICY,
        notes: [
          'The address is that of the resource, https://RESOURCE.openai.azure.com; its region is where the resource is.',
          'Models are names of deployments. One with claude in its name speaks Messages.',
          'Without a key: Entra ID, with npm install @azure/identity.',
        ],
        sources: ['https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle'],
      },
    },
  },
  schema: {
    type: 'object',
    description: 'Azure OpenAI and AI Foundry.',
    additionalProperties: false,
    examples: [{ resource: 'my-resource', api_key: 'KEY-OF-A-RESOURCE' }],
    anyOf: [
      { type: 'object', required: ['resource'] },
      { type: 'object', required: ['base_url'] },
    ],
    properties: {
      resource: {
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,62}$',
        expects: 'the name of a resource, such as my-resource',
        description: 'Leads to https://RESOURCE.openai.azure.com.',
      },
      base_url: { ...BASE_URL_SCHEMA, description: 'In place of the resource: its address, without /openai.' },
      api_key: { ...API_KEY_SCHEMA, description: 'Usually AZURE_OPENAI_API_KEY. Without one: Entra ID.' },
      api: {
        type: 'string',
        enum: ['v1', 'deployments'],
        default: 'v1',
        description: '`deployments`: the older paths, /openai/deployments/NAME, with a dated api_version.',
      },
      api_version: {
        type: 'string',
        pattern: '^[A-Za-z0-9-]+$',
        description: `Default: none for v1, ${LAST_DATED} for deployments.`,
      },
      scope: {
        type: 'string',
        default: 'https://cognitiveservices.azure.com/.default',
        description: 'What tokens of Entra ID are for.',
      },
      client_id: { type: 'string', description: 'Of a managed identity that is not the only one.' },
      headers: HEADERS_SCHEMA,
    },
  },
  create(options, context): ProviderAdapter {
    const { api_key: key, api_version: version } = options
    const root = (options.base_url ?? `https://${options.resource}.openai.azure.com`).replace(
      /\/openai(?:\/v1)?\/*(?=$|\?)/,
      '',
    )
    const v1 = versioned(joinUrl(root, 'openai/v1'), version)
    const urls = openAiUrls(v1.href)
    const older = options.api === 'deployments' ? deploymentUrls(root, version ?? LAST_DATED) : undefined
    const messages = joinUrl(claudeRoot(root), 'anthropic/v1/messages')
    const headers = headerSets(key === undefined ? {} : { 'api-key': key }, options.headers)
    const claude = headerSets(
      { 'anthropic-version': '2023-06-01', ...(key !== undefined && { 'x-api-key': key }) },
      options.headers,
    )
    const tokens = key === undefined ? tokensOf(options, context.now) : undefined
    const describe = (call: ProviderCall, model: string) =>
      call.wire === 'anthropic-messages'
        ? openAiRequest(call, new Map([[call.wire, messages]]), claude)
        : openAiRequest(call, older?.(model) ?? urls, headers)
    const policy = OWN_HOST.test(v1.hostname) ? POLICY : undefined
    return {
      dataPolicy: () => policy,
      wires: older ? OLDER_WIRES : WIRES,
      ...(older ? {} : { resources: OPENAI_RESOURCES }),
      passThrough: (call) => withToken(passedThrough(v1.href, call, headers), tokens),
      quirks: (wire, model) =>
        wire === 'openai-chat' ? QUIRKS : wire === 'anthropic-messages' ? claudeQuirks(model) : undefined,
      prepare: (call, { model }) => withToken(describe(call, model), tokens),
      classify(status, answer, body) {
        const failure = classifyError(status, answer, body, context.now())
        if (failure.kind === 'provider_auth' && status === 401) tokens?.forget()
        return failure
      },
      capabilities: (model) => {
        if (older) return {}
        return {
          chatWires: isClaude(model) ? ['anthropic-messages'] : ['openai-chat', 'openai-responses', 'openai-compact'],
        }
      },
    }
  },
})

function withoutRealtime({ realtime: _, ...wires }: ProviderAdapter['wires']): ProviderAdapter['wires'] {
  return wires
}

/** Claude lives beside, at Foundry's host of the same resource. */
const claudeRoot = (root: string): string => root.replace(/\.openai\.azure\.com(?=[/?]|$)/, '.services.ai.azure.com')

function versioned(url: URL, version: string | undefined): URL {
  if (version !== undefined) url.searchParams.set('api-version', version)
  return url
}

type Sent = { readonly headers: HeaderSets['whole'] }

/** The same with a token of Entra ID, where there is no key. */
function withToken<T extends Sent>(request: T, tokens: ReturnType<typeof tokensOf> | undefined): T | Promise<T> {
  if (!tokens) return request
  const token = tokens.get()
  const add = (value: string): T => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${value}` },
  })
  return typeof token === 'string' ? add(token) : token.then(add)
}
