import { defineProvider, type ProviderAdapter, type Wire } from 'commonroute/plugin'
import { classifyError } from '../shared/classify.ts'
import {
  API_KEY_SCHEMA,
  BASE_URL_SCHEMA,
  basicAuthorization,
  HEADERS_SCHEMA,
  type HeaderMap,
  headerSets,
  listRequest,
  OPEN_URL_SCHEMA,
  passedThrough,
} from '../shared/http.ts'
import { pageIn } from '../shared/model-list.ts'
import { openAiRequest, openAiUrls } from '../shared/openai-wires.ts'
import { COMPATIBLE } from '../shared/quirks.ts'
import {
  CHAT,
  COMPLETION,
  EMBEDDING,
  IMAGES,
  MODERATION,
  type Preset,
  REALTIME,
  RERANK,
  SPEECH,
  TRANSCRIPTION,
  TRANSLATION,
} from './preset.ts'
import { REASONING } from './presets/reasoning.ts'
import { PRESETS } from './presets.ts'
import { BEARER, isTemplate, policiesAt, serviceOf, wiresAt } from './service.ts'

interface Options {
  readonly preset?: string
  readonly base_url?: string
  readonly api_key?: string
  readonly auth_header?: string
  readonly auth_scheme?: string
  readonly stream_usage?: boolean
  readonly chat_wires?: readonly Wire[]
  readonly headers: HeaderMap
}

/** A server that is known only by its URL: OpenAI's wires, of which it says itself what it does not have. */
const UNKNOWN: Pick<
  Preset,
  | 'wires'
  | 'paths'
  | 'resources'
  | 'quirks'
  | 'streamUsage'
  | 'routingFields'
  | 'listsModels'
  | 'listShape'
  | 'parameters'
> = {
  wires: {
    ...CHAT,
    ...COMPLETION,
    ...EMBEDDING,
    ...IMAGES,
    image_edit: ['openai-image-edits', 'openai-image-variations'],
    ...SPEECH,
    ...TRANSCRIPTION,
    ...TRANSLATION,
    ...RERANK,
    ...MODERATION,
    ...REALTIME,
  },
}

const NEEDS_KEY = Object.keys(PRESETS).filter((name) => PRESETS[name]?.keyVariable !== undefined)

/** An address of which a part is the account's own. */
const NEEDS_ADDRESS = Object.keys(PRESETS).filter((name) => isTemplate(PRESETS[name]!.baseUrl))

const required = (option: string, presets: readonly string[]) => ({
  if: { type: 'object', required: ['preset'], properties: { preset: { enum: presets } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { type: 'object', required: [option] },
})

/** Anything that speaks OpenAI's API: a preset, a base URL, or a preset's ways at another base URL. */
export default defineProvider<Options>({
  name: 'openai-compatible',
  // Made when asked for: a start with a file asks for none of them.
  services: () => Object.fromEntries(Object.entries(PRESETS).map(([name, preset]) => [name, serviceOf(name, preset)])),
  schema: {
    type: 'object',
    description: 'Services and servers that speak OpenAI’s API, by preset or by address.',
    additionalProperties: false,
    examples: [{ base_url: 'http://127.0.0.1:8000/v1' }, { preset: 'groq', api_key: 'KEY' }],
    anyOf: [
      { type: 'object', required: ['preset'] },
      { type: 'object', required: ['base_url'] },
    ],
    allOf: [required('api_key', NEEDS_KEY), required('base_url', NEEDS_ADDRESS)],
    dependentSchemas: { api_key: { properties: { base_url: BASE_URL_SCHEMA } } },
    properties: {
      preset: {
        type: 'string',
        enum: Object.keys(PRESETS),
        description: 'A known service: its base URL and its quirks.',
      },
      base_url: {
        ...OPEN_URL_SCHEMA,
        description:
          "With the version, e.g. http://127.0.0.1:8000/v1; user:password@ is sent as Basic authorization. Default: the preset's.",
      },
      api_key: { ...API_KEY_SCHEMA, description: 'Not needed by most local servers.' },
      auth_header: {
        type: 'string',
        pattern: '^[A-Za-z0-9-]+$',
        description: "Header that carries the key. Default: the preset's, else authorization.",
      },
      auth_scheme: {
        type: 'string',
        description: "Word before the key; empty for none. Default: the preset's, else Bearer.",
      },
      stream_usage: {
        type: 'boolean',
        description: "Whether to ask for usage in streams with stream_options. Default: the preset's, else true.",
      },
      chat_wires: {
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: { enum: ['openai-chat', 'openai-responses', 'anthropic-messages'] },
        description:
          "The APIs that it speaks for chats, best first; others are translated. Default: the preset's, else openai-chat.",
      },
      headers: HEADERS_SCHEMA,
    },
  },
  create(options, context): ProviderAdapter {
    const preset = options.preset === undefined ? undefined : PRESETS[options.preset]
    const { paths, resources, streamUsage, routingFields, listsModels, listShape, parameters } = preset ?? UNKNOWN
    const base = options.base_url ?? preset!.baseUrl
    const wires = preset ? wiresAt(base, preset) : UNKNOWN.wires
    const urls = openAiUrls(base, paths)
    const { header, scheme } = preset?.auth ?? BEARER
    const key = options.api_key && `${options.auth_scheme ?? scheme} ${options.api_key}`.trim()
    const headers = headerSets(
      key ? { [(options.auth_header ?? header).toLowerCase()]: key } : basicAuthorization(base),
      options.headers,
    )
    const reasoningKnob = options.preset === undefined ? undefined : REASONING[options.preset]
    const quirks = { ...COMPATIBLE, ...(reasoningKnob && { reasoningKnob }), ...(preset ?? UNKNOWN).quirks }
    return {
      wires: options.chat_wires ? { ...wires, chat: options.chat_wires } : wires,
      streamUsage: options.stream_usage ?? streamUsage ?? true,
      routingFields: routingFields ?? false,
      ...(resources && { resources }),
      passThrough: (call) => passedThrough(base, call, headers),
      quirks: (wire) => (wire === 'openai-chat' ? quirks : undefined),
      prepare: (call) => openAiRequest(call, urls, headers),
      classify: (status, answer, body) => classifyError(status, answer, body, context.now()),
      dataPolicy: policiesAt(base, preset),
      capabilities: () => (parameters ? { parameters } : {}),
      ...(listsModels === false ? {} : { models: () => listRequest(urls.get('models')!, headers) }),
      ...(listShape && { modelsIn: (answer: unknown) => pageIn(answer, listShape) }),
    }
  },
})
