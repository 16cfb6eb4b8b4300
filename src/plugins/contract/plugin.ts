import type { ProviderAdapter, Service } from './provider.ts'
import type { RequestRecord } from './record.ts'
import type { RoutingStrategy } from './strategy.ts'
import type { JsonObject } from './words.ts'

export const API_VERSION = 1

/** Where stats live between runs. `load` gives back what `save` got, or undefined; it rejects rather than lose data. */
export interface StatsStore {
  load(): Promise<JsonObject | undefined>
  save(state: JsonObject): Promise<void>
  close(): Promise<void>
}

/** What happened to the router itself, as it goes to observers and over wires. */
export interface RouterEvent {
  /** `short_answers`: an endpoint answers much shorter than the model's others. */
  readonly event: 'short_answers'
  readonly state: 'began' | 'ended'
  /** Unix milliseconds. */
  readonly time: number
  readonly endpoint: string
  readonly model: string
  /** Length of its answers over that of the others'; absent where nothing is known any more. */
  readonly length_ratio?: number
}

export interface Observer {
  /**
   * Called after the answer, off the request path. Must not throw; a slow observer loses records, never slows requests.
   */
  observe(record: RequestRecord): void
  /** Called with what happened to the router itself; as above. */
  notice?(event: RouterEvent): void
  close?(): Promise<void>
}

export interface PluginLog {
  debug(fields: JsonObject, message: string): void
  info(fields: JsonObject, message: string): void
  warn(fields: JsonObject, message: string): void
  error(fields: JsonObject, message: string): void
}

export interface PluginContext {
  /** Id of the provider, strategy, store or observer in the configuration. */
  readonly id: string
  readonly log: PluginLog
  /** Folder of the config file; relative paths in options are resolved against it. */
  readonly directory: string
  /** Unix milliseconds; replay gives its own. */
  readonly now: () => number
  /** True for a command that only looks, perhaps beside a running router: take no lock and write nothing. */
  readonly readOnly?: boolean
}

export type PluginKind = 'provider' | 'strategy' | 'store' | 'observer'

export interface Plugin<Kind extends PluginKind = PluginKind, Instance = unknown, Options = never> {
  readonly apiVersion: number
  readonly kind: Kind
  readonly name: string
  /** JSON Schema 2020-12 of `options`; defaults are filled in before `create`. `writeOnly: true` marks a secret. */
  readonly schema: JsonObject
  /**
   * Of a provider: the services that it knows, by the id that each gets as a provider; or what makes them, for those
   * that know many.
   */
  readonly services?: Readonly<Record<string, Service>> | (() => Readonly<Record<string, Service>>)
  create(options: Options, context: PluginContext): Instance | Promise<Instance>
}

type Definition<Instance, Options> = Omit<Plugin<PluginKind, Instance, Options>, 'apiVersion' | 'kind'>

export const defineProvider = <Options>(
  definition: Definition<ProviderAdapter, Options>,
): Plugin<'provider', ProviderAdapter, Options> => ({
  apiVersion: API_VERSION,
  kind: 'provider',
  ...definition,
})

export const defineStrategy = <Options>(
  definition: Definition<RoutingStrategy, Options>,
): Plugin<'strategy', RoutingStrategy, Options> => ({
  apiVersion: API_VERSION,
  kind: 'strategy',
  ...definition,
})

export const defineStore = <Options>(
  definition: Definition<StatsStore, Options>,
): Plugin<'store', StatsStore, Options> => ({
  apiVersion: API_VERSION,
  kind: 'store',
  ...definition,
})

export const defineObserver = <Options>(
  definition: Definition<Observer, Options>,
): Plugin<'observer', Observer, Options> => ({
  apiVersion: API_VERSION,
  kind: 'observer',
  ...definition,
})
