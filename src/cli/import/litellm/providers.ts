import type { Mapping } from '../../../config/view.ts'
import { type KnownService, primaryServices } from '../../../plugins/built-in.ts'

/**
 * LiteLLM's names of providers where ours differ. Source: its `get_llm_provider_logic.py` and its page of providers.
 */
const NAMES: Readonly<Record<string, string>> = {
  'text-completion-openai': 'openai',
  azure_ai: 'azure-ai',
  together_ai: 'together',
  fireworks_ai: 'fireworks',
  nvidia_nim: 'nvidia',
  hosted_vllm: 'vllm',
  lm_studio: 'lm-studio',
  ollama_chat: 'ollama',
  cohere_chat: 'cohere',
  vertex_ai: 'vertex',
  vertex_ai_beta: 'vertex',
  jina_ai: 'jina',
  lambda_ai: 'lambda',
  featherless_ai: 'featherless',
  friendliai: 'friendli',
  github: 'github-models',
  vercel_ai_gateway: 'vercel',
  litellm_proxy: 'litellm',
  cloudflare: 'cloudflare-workers-ai',
  meta_llama: 'llama',
  text_completion_codestral: 'codestral',
  docker_model_runner: 'docker-model-runner',
}

/** Servers that are known by their address only. */
const BY_ADDRESS: ReadonlySet<string> = new Set(['openai', 'custom_openai', 'openai_like', 'custom'])

/** Options of clouds' accounts by LiteLLM's names of them. */
const CLOUD_OPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bedrock: {
    aws_access_key_id: 'access_key_id',
    aws_secret_access_key: 'secret_access_key',
    aws_session_token: 'session_token',
    aws_profile_name: 'profile',
  },
  vertex: { vertex_project: 'project', vertex_location: 'location' },
}

export interface Deployment {
  /** LiteLLM's name of the provider. */
  readonly provider: string
  readonly apiBase?: string
  readonly apiKey?: string
  readonly organization?: string
  /** All of `litellm_params`. */
  readonly params: Mapping
}

/** One of our `providers`, without a name yet, and which parameters went into it; or why there is none. */
export type Account =
  | { readonly name: string; readonly entry: Record<string, unknown>; readonly from?: readonly string[] }
  | { readonly why: string }

/** Maps providers of LiteLLM to what is built in. */
export class ProviderTable {
  readonly #services: ReadonlyMap<string, KnownService>

  constructor(services: readonly KnownService[]) {
    this.#services = new Map(services.map((service) => [service.id, service]))
  }

  static load = async (): Promise<ProviderTable> => new ProviderTable(await primaryServices())

  /** True for what LiteLLM takes for a provider at the beginning of a model's name. */
  knows(name: string): boolean {
    return name === 'azure' || BY_ADDRESS.has(name) || Object.hasOwn(NAMES, name) || this.#services.has(name)
  }

  account(deployment: Deployment): Account {
    const { provider, apiBase, apiKey, organization, params } = deployment
    if (provider === 'azure') return azure(deployment)
    const id = Object.hasOwn(NAMES, provider) ? NAMES[provider]! : provider
    const cloud = CLOUD_OPTIONS[id] ?? {}
    const from = Object.keys(cloud).filter((name) => params[name] !== undefined)
    const own = Object.fromEntries(from.map((name) => [cloud[name]!, params[name]]))
    // No service of one key, but known all the same; its credentials are the machine's.
    if (id === 'vertex') return { name: id, entry: { project: `\${GOOGLE_CLOUD_PROJECT}`, ...own }, from }
    const service = this.#services.get(id)
    const key = apiKey === undefined ? {} : { api_key: apiKey }
    const isElsewhere = apiBase !== undefined && !isHost(apiBase, Object.keys(service?.hosts ?? {}))
    if (BY_ADDRESS.has(provider) && isElsewhere)
      return { name: hostName(apiBase), entry: { plugin: 'openai-compatible', base_url: apiBase, ...key } }
    if (!service)
      return apiBase === undefined
        ? { why: `the router does not know the provider ${provider}` }
        : { name: id, entry: { plugin: 'openai-compatible', base_url: apiBase, ...key } }
    const { plugin, options = {}, keyVariable } = service
    return {
      name: id,
      entry: {
        ...(plugin !== id && { plugin }),
        ...options,
        ...(apiKey === undefined && keyVariable !== undefined && from.length === 0
          ? { api_key: `\${${keyVariable}}` }
          : key),
        ...own,
        ...(apiBase !== undefined && { base_url: versioned(apiBase, service) }),
        ...(organization !== undefined && { organization }),
      },
      from,
    }
  }
}

const AZURE_KEY = 'AZURE_API_KEY'

/**
 * Azure's API without versions in its query:
 * https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle.
 */
function azure({ apiBase, apiKey = `\${${AZURE_KEY}}` }: Deployment): Account {
  if (apiBase === undefined) return { why: 'an Azure deployment needs api_base' }
  const base = apiBase.replace(/\/+$/, '').replace(/\/openai(?:\/.*)?$/, '')
  return {
    name: 'azure',
    entry: {
      plugin: 'openai-compatible',
      base_url: `${base}/openai/v1`,
      api_key: apiKey,
      auth_header: 'api-key',
      auth_scheme: '',
    },
  }
}

const isHost = (url: string, hosts: readonly string[]): boolean =>
  URL.canParse(url) && hosts.includes(new URL(url).host)

/** Ollama's own address has no version, ours has. */
const versioned = (base: string, { localUrl }: KnownService): string =>
  localUrl?.endsWith('/v1') && /^https?:\/\/[^/]+\/?$/.test(base) ? `${base.replace(/\/$/, '')}/v1` : base

function hostName(url: string): string {
  const host = URL.canParse(url) ? new URL(url).hostname : ''
  return host.replace(/^(?:www|api)\./, '').replaceAll(/[^A-Za-z0-9.-]/g, '') || 'server'
}
