import type { DataPolicy, ProviderAdapter, Quirks } from 'commonroute/plugin'
import type { ListShape } from '../shared/model-list.ts'

/** What is known of one OpenAI-shaped service: enough to use it with nothing but a key. */
export interface Preset {
  /** The service's own name. */
  readonly title: string
  /**
   * With the version, without a slash at the end. `${NAME}` stands where an account has an address of its own: the
   * environment variable that usually holds that part.
   */
  readonly baseUrl: string
  /** Further public hosts, and the region that each stands for; `-` for none. */
  readonly hosts?: Readonly<Record<string, string>>
  /** Environment variable that usually holds the key; absent for servers that need none. */
  readonly keyVariable?: string
  /** Further names of that variable. */
  readonly otherKeyVariables?: readonly string[]
  /** Header that carries the key, and the word before it, empty for none. Default: `authorization`, `Bearer`. */
  readonly auth?: { readonly header: string; readonly scheme: string }
  /** What it says of prompts and answers; absent when that is not known. It holds at the hosts above only. */
  readonly dataPolicy?: DataPolicy & {
    /** Models of which it does not hold. */
    readonly except?: RegExp
  }
  /** Runs on one's own machine and needs no key. `probed`: it is there when GET /models answers at its usual port. */
  readonly local?: 'probed' | 'quiet'
  /** A plugin of its own speaks more than this: a start without a file takes that one. */
  readonly native?: true
  readonly wires: ProviderAdapter['wires']
  /** By wire: paths other than OpenAI's, below the base URL, or with a slash at the beginning from its root. */
  readonly paths?: Readonly<Record<string, string>>
  /** What it keeps, in OpenAI's manner; absent for what is not known. */
  readonly resources?: ProviderAdapter['resources']
  /** False when `stream_options` is refused or needless: usage comes unasked, or not at all. Default true. */
  readonly streamUsage?: boolean
  /** True when OpenRouter's routing fields are understood. */
  readonly routingFields?: boolean
  /** False when there is no GET /models. Default true. Where it is elsewhere, `paths` has `models`. */
  readonly listsModels?: boolean
  /** How that list is written. Default: as OpenAI's. */
  readonly listShape?: ListShape
  /** Parameters that have an effect whatever the model; absent when that depends on the model. */
  readonly parameters?: readonly string[]
  /** `yes` for all chat models, `model`, the default, when it depends on the model. */
  readonly images?: Support
  readonly tools?: Support
  readonly jsonSchema?: Support
  /**
   * What it cannot take of a chat, beside what servers in OpenAI's manner commonly refuse (`COMPATIBLE`), or in its
   * place.
   */
  readonly quirks?: Quirks
  /** What a user may stumble over, one sentence each. */
  readonly notes?: readonly string[]
  /** Where this was read. */
  readonly sources: readonly string[]
}

type Support = 'yes' | 'no' | 'model'

export const CHAT: ProviderAdapter['wires'] = { chat: ['openai-chat'] }
export const CHAT_RESPONSES: ProviderAdapter['wires'] = { chat: ['openai-chat', 'openai-responses'] }
/** OpenAI's chats and Anthropic's messages. */
export const CHAT_MESSAGES: ProviderAdapter['wires'] = { chat: ['openai-chat', 'anthropic-messages'] }
export const CHAT_ALL: ProviderAdapter['wires'] = { chat: ['openai-chat', 'openai-responses', 'anthropic-messages'] }
export const COMPLETION: ProviderAdapter['wires'] = { completion: ['openai-completions'] }
export const EMBEDDING: ProviderAdapter['wires'] = { embedding: ['openai-embeddings'] }
export const IMAGES: ProviderAdapter['wires'] = { image: ['openai-images'] }
export const SPEECH: ProviderAdapter['wires'] = { speech: ['openai-speech'] }
export const TRANSCRIPTION: ProviderAdapter['wires'] = { transcription: ['openai-transcriptions'] }
export const TRANSLATION: ProviderAdapter['wires'] = { translation: ['openai-translations'] }
export const MODERATION: ProviderAdapter['wires'] = { moderation: ['openai-moderations'] }
export const RERANK: ProviderAdapter['wires'] = { rerank: ['jina-rerank'] }
export const REALTIME: ProviderAdapter['wires'] = { realtime: ['openai-realtime'] }

export const BASIC = ['max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'stop', 'response_format']
export const TOOLS = ['tools', 'tool_choice', 'parallel_tool_calls']
export const PENALTIES = ['frequency_penalty', 'presence_penalty']

export const NO_CHAT = { images: 'no', tools: 'no', jsonSchema: 'no' } as const

/** For upstreams that know only the old name and overlook, or refuse, the new one. */
export const MAX_TOKENS = { max_completion_tokens: 'max_tokens' }

/** Where addresses, key variables and quirks of many services are collected: MIT, both. Read in November 2026. */
export const modelsDev = (id: string) =>
  `https://github.com/anomalyco/models.dev/blob/f3fc692/providers/${id}/provider.toml`
export const LITELLM = 'https://github.com/BerriAI/litellm/blob/main/litellm/llms/openai_like/providers.json'

/** The part of an address that is the account's own: filled in from this environment variable. */
export const own = (variable: string) => `\${${variable}}`
