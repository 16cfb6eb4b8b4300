import type { Connection } from '../base/outbound.ts'
import type { DataPolicy, JsonObject, Price } from '../plugins/api.ts'
import type { FederationConfig, ProbesConfig } from './federation-types.ts'
import type { SelectConfig } from './selector-types.ts'

export type { FederationConfig, OpenMapConfig, ProbesConfig } from './federation-types.ts'
export type { AgreementConfig, CheckConfig, SelectConfig, TestsConfig } from './selector-types.ts'

/** The configuration after reading, validation, defaults and `${ENV}`. Durations are milliseconds, sizes bytes. */
export interface Config {
  /** Where it came from; `path` is absent for a configuration made in memory. */
  readonly source: { readonly path?: string; readonly directory: string }
  /** Short hash of the effective file, in logs and decisions. */
  readonly version: string
  readonly server: ServerConfig
  readonly auth: AuthConfig
  readonly providers: ReadonlyMap<string, ProviderConfig>
  readonly models: ReadonlyMap<string, ModelConfig>
  readonly catalogue: {
    /** URL, or an absolute path. */
    readonly source: string
    /** Ed25519; updates must be signed with it. */
    readonly publicKey?: string
  }
  readonly routing: RoutingConfig
  readonly responses: ResponsesConfig
  readonly stats: {
    readonly store: PluginUse
    readonly flushMs: number
    readonly maxCells: number
    /** Absolute path of a file with what others measured. */
    readonly prior?: string
  }
  readonly log: LogConfig
  readonly federation: FederationConfig
  /** Absent: nothing is measured for a hub. */
  readonly probes?: ProbesConfig
  readonly observers: readonly PluginUse[]
  /** Extra plugin modules to load, by specifier. */
  readonly plugins: readonly { readonly specifier: string; readonly place: Place }[]
  /** Things that are legal and probably not meant. */
  readonly warnings: readonly Problem[]
}

export interface AuthConfig {
  readonly keys: readonly string[]
  /** Client keys whose clients may bring keys of providers. Absent: none. */
  readonly byok?: ReadonlyMap<string, ByokConfig>
  /** USD that an hour of waiting costs, by client key. Absent: as the strategy is set. */
  readonly valuesOfTime?: ReadonlyMap<string, number>
}

export interface ByokConfig {
  /** Where the client's own account fails, the operator's are asked. */
  readonly allowFallbacks: boolean
}

/** What is kept of answers to Responses requests. */
interface ResponsesConfig {
  /** Absent: nothing on disk. */
  readonly store?: { readonly keepMs: number; readonly maxBytes: number; readonly maxCount: number }
  /** 0: nothing is remembered. */
  readonly rememberItemsMs: number
}

/** What sessions over WebSockets may take. */
export interface RealtimeConfig {
  readonly sessions: number
  /** Absent: no limit of its own. */
  readonly sessionsPerKey?: number
  readonly frameLimit: number
  readonly idleMs: number
  readonly maxDurationMs: number
}

interface ServerConfig {
  readonly host: string
  readonly port: number
  /** Processes that answer requests. */
  readonly workers: number
  /** Of clients, at once, in each process. Absent: as the descriptors allow. */
  readonly maxConnections?: number
  readonly bodyLimit: number
  /** Of bodies that are passed on as they come. */
  readonly uploadLimit: number
  readonly realtime: RealtimeConfig
  /** Bytes that all streams together may hold of events that have not arrived whole. */
  readonly streamBuffer: number
  /** Absent: depends on who can reach the address that is listened on. */
  readonly drainDelayMs?: number
  readonly drainTimeoutMs: number
  /** Names and origins that a router without keys answers to, beside this machine's own. */
  readonly allowedHosts: readonly string[]
  readonly allowedOrigins: readonly string[]
}

/** A spot in the YAML file, 1-based; all absent for a configuration made in memory. */
export interface Place {
  readonly file?: string
  readonly line?: number
  readonly column?: number
}

/** One thing wrong with the file. */
export interface Problem extends Place {
  /** Dotted path, e.g. `models.small.endpoints[0]`. */
  readonly path: string
  readonly message: string
  /** The offending value as written, shortened; never a secret. */
  readonly value?: string
  /** Did-you-mean, or what to do next. */
  readonly hint?: string
}

/** A plugin by built-in name or specifier, with its raw options (validated by the plugin's own schema). */
export interface PluginUse {
  readonly id: string
  readonly plugin: string
  readonly options: JsonObject
  readonly place: Place
  /** Place of an option by JSON pointer below `options` (e.g. `/base_url`), for error messages. */
  readonly placeOf: (pointer: string) => Place
}

/** What is changed in the bodies of requests: top-level keys, in the upstream's words. */
export interface ParamsConfig {
  /** Where the client says nothing. */
  readonly defaults?: JsonObject
  /** Whatever the client says. */
  readonly overrides?: JsonObject
  readonly remove?: readonly string[]
}

/** By lower-case name; null leaves a header out. */
export type HeadersConfig = Readonly<Record<string, string | null>>

export interface ProviderConfig extends PluginUse {
  /** The provider that it is a further account of. Absent: it is one itself. */
  readonly account?: string
  /** Times the weight of each endpoint. Default 1. */
  readonly weight?: number
  readonly params?: ParamsConfig
  /** Headers of the plugin that are left out. */
  readonly headers?: HeadersConfig
  /** Texts of its options that came from the environment. */
  readonly fromEnv?: readonly string[]
  /** Left out, with a notice, when one of its environment variables is not set. */
  readonly optional: boolean
  readonly price?: Price
  /** What the operator says of it; the plugin knows the rest. */
  readonly dataPolicy?: DataPolicy
  /** Which of its models are listed beside those of the configuration. Absent: none. */
  readonly models?: OfferedModels
  /** Absent: in the usual way. */
  readonly connection?: Connection
  /** The trace headers of a client's request are sent on. */
  readonly traceHeaders?: boolean
  /** Absent: its other paths are not passed through. */
  readonly passthrough?: PassthroughConfig
}

/** `known`: all that is published of it; `discover`: those that it lists itself, asked now and then. */
export type OfferedModels = 'none' | 'known' | 'discover'

/** Who may ask for any path of a provider, and how much. */
export interface PassthroughConfig {
  /** Absent: every client key. */
  readonly keys?: readonly string[]
  /** Requests at once. */
  readonly concurrency: number
}

export interface EndpointConfig {
  readonly provider: string
  readonly model: string
  readonly region?: string
  readonly weight: number
  readonly price?: Price
  readonly limits?: { readonly rpm?: number; readonly tpm?: number }
  readonly contextLength?: number
  readonly maxOutputTokens?: number
  readonly parameters?: readonly string[]
  readonly inputModalities?: readonly string[]
  readonly outputModalities?: readonly string[]
  readonly quantization?: string
  readonly timeouts?: Partial<Timeouts>
  /** Milliseconds without a request after which it is asked for next to nothing; true: where it pays. */
  readonly keepWarm?: true | number
  /** Its model's, then its own. */
  readonly params?: readonly ParamsConfig[]
  readonly headers?: HeadersConfig
  readonly place: Place
}

export interface ModelConfig {
  readonly name: string
  readonly description?: string
  /** Empty when `select` is given. */
  readonly endpoints: readonly EndpointConfig[]
  readonly select?: SelectConfig
  /** Overrides `routing.strategy`. */
  readonly strategy?: PluginUse
  readonly timeouts?: Partial<Timeouts>
  /**
   * Tried in order when every endpoint of this model failed. `provider` is an OpenRouter-shaped preferences object,
   * snake_case as written.
   */
  readonly fallbacks: readonly { readonly model: string; readonly provider?: JsonObject }[]
  readonly place: Place
}

export interface RoutingConfig {
  readonly strategy: PluginUse
  /** Upstream calls per request, over all endpoints. */
  readonly attempts: number
  readonly timeouts: Timeouts
  /** Most that a request may ask for, for any of them. */
  readonly requestTimeoutMaxMs: number
  /** Between two signs of life to a client that waits for a stream; Infinity: none. */
  readonly keepAliveMs: number
  readonly hedging: { readonly enabled: boolean; readonly budget: number; readonly minDelayMs: number }
  /** `auto` follows the prompt cache's lifetime. */
  readonly affinity: { readonly ttlMs: number | 'auto' | 'off' }
}

export interface Timeouts {
  readonly connectMs: number
  readonly firstTokenMs: number
  readonly responseMs: number
  /** At the latest, when signs of life come before the first token or answer. */
  readonly aliveMs: number
  readonly idleMs: number
  readonly totalMs: number
}

export interface LogConfig {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** `auto`: `pretty` on a terminal, else `json`. */
  readonly format: 'auto' | 'json' | 'pretty'
  /** The decision log; absent when switched off. */
  readonly outcomes?: { readonly path: string; readonly keepMs: number; readonly maxBytes: number }
}
