import type { Observer, PluginKind, ProviderAdapter, RoutingStrategy, StatsStore } from './api.ts'

/** What `create` returns, by kind. */
export interface Instances {
  readonly provider: ProviderAdapter
  readonly strategy: RoutingStrategy
  readonly store: StatsStore
  readonly observer: Observer
}

const REQUIRED: Readonly<Record<PluginKind, readonly string[]>> = {
  provider: ['prepare', 'classify'],
  strategy: ['rank'],
  store: ['load', 'save', 'close'],
  observer: ['observe'],
}

const OPTIONAL: Readonly<Record<PluginKind, readonly string[]>> = {
  provider: ['capabilities', 'price', 'models', 'answer', 'close'],
  strategy: [],
  store: [],
  observer: ['close'],
}

/** What is wrong with a plugin's instance; undefined when nothing is. */
export function shapeFault(kind: PluginKind, instance: unknown): string | undefined {
  if (typeof instance !== 'object' || instance === null)
    return `create() returned ${instance === null ? 'null' : typeof instance}, not an object`
  const members = instance as Record<string, unknown>
  const absent = REQUIRED[kind].filter((name) => typeof members[name] !== 'function')
  if (absent.length > 0) return `what create() returned has no function ${absent.join(', ')}`
  const wrong = OPTIONAL[kind].filter((name) => members[name] !== undefined && typeof members[name] !== 'function')
  if (wrong.length > 0) return `in what create() returned, ${wrong.join(', ')} is not a function`
  return kind === 'provider' ? wiresFault(members.wires) : undefined
}

function wiresFault(wires: unknown): string | undefined {
  const lists = typeof wires === 'object' && wires !== null ? Object.values(wires) : []
  const sound = lists.every((list) => Array.isArray(list) && list.every((wire) => typeof wire === 'string'))
  if (sound && lists.some((list) => (list as unknown[]).length > 0)) return undefined
  return 'what create() returned has no wires, such as { chat: ["openai-chat"] }'
}
