import type { Plugin, PluginKind, Service } from './api.ts'

type Load = () => Promise<{ readonly default: unknown }>

/**
 * The plugins that come with the router, loaded when first used so that the start stays fast. The arguments of `import`
 * are literals because the compiler rewrites only those to `.js`.
 */
export const BUILT_IN: Readonly<Record<PluginKind, Readonly<Record<string, Load>>>> = {
  provider: {
    openai: () => import('../../providers/openai/index.ts'),
    anthropic: () => import('../../providers/anthropic/index.ts'),
    'openai-compatible': () => import('../../providers/openai-compatible/index.ts'),
    cohere: () => import('../../providers/cohere/index.ts'),
    ollama: () => import('../../providers/ollama/index.ts'),
    openrouter: () => import('../../providers/openrouter/index.ts'),
    bedrock: () => import('../../providers/bedrock/index.ts'),
    azure: () => import('../../providers/azure/index.ts'),
    gemini: () => import('../../providers/gemini/index.ts'),
    vertex: () => import('../../providers/vertex/index.ts'),
    sandbox: () => import('../../providers/sandbox/index.ts'),
  },
  strategy: {
    adaptive: () => import('./strategies/adaptive.ts'),
    priority: () => import('./strategies/priority.ts'),
    weighted: () => import('./strategies/weighted.ts'),
    'round-robin': () => import('./strategies/round-robin.ts'),
    price: () => import('./strategies/price.ts'),
    'least-busy': () => import('./strategies/least-busy.ts'),
    latency: () => import('./strategies/latency.ts'),
    throughput: () => import('./strategies/throughput.ts'),
    exacto: () => import('./strategies/exacto.ts'),
    'peak-ewma': () => import('./strategies/peak-ewma.ts'),
    usage: () => import('./strategies/usage.ts'),
    'litellm-latency': () => import('./strategies/litellm-latency.ts'),
  },
  store: {
    lowdb: () => import('./stores/lowdb.ts'),
    memory: () => import('./stores/memory.ts'),
  },
  observer: {
    webhook: () => import('./observers/webhook.ts'),
  },
}

export const KINDS = Object.keys(BUILT_IN) as PluginKind[]

/** The loader of a built-in plugin; only own keys, so that `constructor` is not one. */
export const builtIn = (kind: PluginKind, name: string): Load | undefined =>
  Object.hasOwn(BUILT_IN[kind], name) ? BUILT_IN[kind][name] : undefined

/** A service of a built-in provider plugin, and the id that it gets. */
export interface KnownService extends Service {
  readonly id: string
  readonly plugin: string
}

/** The services of all built-in provider plugins, in the order of the list above. Loads them all. */
export async function builtInServices(): Promise<readonly KnownService[]> {
  const plugins = await Promise.all(
    Object.values(BUILT_IN.provider).map(async (load) => (await load()).default as Plugin),
  )
  return plugins.flatMap(({ name: plugin, services = {} }) =>
    Object.entries(typeof services === 'function' ? services() : services).map(([id, service]) => ({
      id,
      plugin,
      ...service,
    })),
  )
}

/** One service a name: those that a start without a file takes, and that are shown. */
export const primaryServices = async (): Promise<readonly KnownService[]> =>
  (await builtInServices()).filter(({ secondary }) => !secondary)
