import { type KnownService, primaryServices } from '../../../plugins/built-in.ts'
import type { Account, Deployment } from './account.ts'
import { cloudAccount } from './clouds.ts'

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
  azure_text: 'azure',
  bedrock_converse: 'bedrock',
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

/** Maps providers of LiteLLM to what is built in. */
export class ProviderTable {
  readonly #services: ReadonlyMap<string, KnownService>

  constructor(services: readonly KnownService[]) {
    this.#services = new Map(services.map((service) => [service.id, service]))
  }

  static load = async (): Promise<ProviderTable> => new ProviderTable(await primaryServices())

  /** True for what LiteLLM takes for a provider at the beginning of a model's name. */
  knows(name: string): boolean {
    return BY_ADDRESS.has(name) || Object.hasOwn(NAMES, name) || this.#services.has(name)
  }

  account(deployment: Deployment): Account {
    const { provider, apiBase, apiKey, organization } = deployment
    const cloud = cloudAccount(deployment)
    if (cloud) return cloud
    const id = Object.hasOwn(NAMES, provider) ? NAMES[provider]! : provider
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
        ...(apiKey === undefined && keyVariable !== undefined ? { api_key: `\${${keyVariable}}` } : key),
        ...(apiBase !== undefined && { base_url: versioned(apiBase, service) }),
        ...(organization !== undefined && { organization }),
      },
    }
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
