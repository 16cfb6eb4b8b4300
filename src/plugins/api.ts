/**
 * The plugin contract of Commonroute, exported as `commonroute/plugin`.
 *
 * An adapter describes requests and never opens a socket; a strategy is pure and synchronous, so that the same code serves
 * live traffic and replay. In-tree plugins use nothing that a third party's cannot.
 */
export { type BodyEdits, editBody } from '../wire/edit.ts'

export const API_VERSION = 1

export type JsonObject = { [key: string]: unknown }

/** What is asked for, whatever the body's grammar: `messages` and `responses` are `chat` in other wires. */
export type Operation = 'chat' | 'completion' | 'embedding' | 'image' | 'speech' | 'transcription' | 'rerank' | 'moderation'

/** A body grammar. `openai-chat` is the hub that every converter speaks. */
export type Wire = 'openai-chat' | 'openai-responses' | 'openai-completions' | 'openai-embeddings' | 'anthropic-messages' | (string & {})

/** How a streamed answer is cut into events; `none` is one body. */
export type Framing = 'none' | 'sse' | 'aws-event-stream' | 'ndjson'

/** What an attempt turned out to be (DESIGN section 7). Only the `provider_*` kinds count against an endpoint. */
export const OUTCOME_KINDS = [
  'ok',
  'caller_invalid',
  'caller_too_long',
  'caller_cancelled',
  'policy_refused',
  'provider_auth',
  'provider_billing',
  'provider_not_found',
  'provider_rate_limited',
  'provider_overloaded',
  'provider_error',
  'provider_timeout_connect',
  'provider_timeout_first_token',
  'provider_timeout_response',
  'provider_timeout_idle',
  'provider_network',
  'provider_truncated',
  'provider_empty',
  'provider_malformed',
  'router_error',
] as const
export type OutcomeKind = (typeof OUTCOME_KINDS)[number]

/** USD per million tokens, except `request`: USD per request. */
export interface Price {
  readonly prompt: number
  readonly completion: number
  readonly cacheRead?: number
  readonly cacheWrite?: number
  readonly request?: number
}

/** What an endpoint can do. Absent means unknown, and unknown is never a reason to exclude, except under `require_parameters`. */
export interface Capabilities {
  /** Request parameters that have an effect, in OpenRouter's `supported_parameters` vocabulary. */
  readonly parameters?: readonly string[]
  readonly inputModalities?: readonly string[]
  /** Tokens. */
  readonly contextLength?: number
  /** Tokens. */
  readonly maxOutputTokens?: number
}

/** One provider + upstream model (+ region): the thing that is ranked, tried and learned about. */
export interface Endpoint extends Capabilities {
  /** `provider/upstream-model` or `provider/upstream-model@region`; stable across reloads and key rotation. */
  readonly id: string
  readonly provider: string
  /** The upstream's own name of the model. */
  readonly model: string
  readonly region?: string
  readonly weight: number
  readonly price?: Price
  readonly quantization?: string
}

/** What the adapter is asked to send. The body is already in a wire that the adapter listed, with the upstream's model name. */
export interface ProviderCall {
  readonly id: string
  readonly operation: Operation
  readonly wire: Wire
  readonly stream: boolean
  readonly contentType: string
  /** Client headers that are safe to forward (`anthropic-beta`, `anthropic-version`, `openai-beta`), lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The body parsed, at most once. Never change the result; change `body` with `editBody`. */
  json(): JsonObject
}

/** What to send. The core owns sockets, retries, timeouts, logging and redaction. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer | string
  readonly framing: Framing
}

/** An answer given without a socket, see `ProviderAdapter.answer`. */
export interface UpstreamResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array>
}

/** An error answer, understood. `message` is the upstream's own reason; the core redacts secrets from it. */
export interface Failure {
  readonly kind: OutcomeKind
  readonly message: string
  readonly code?: string
  readonly retryAfterMs?: number
}

export interface ProviderAdapter {
  /** Wires spoken natively per operation, best first. The client's wire listed: bytes pass through. Else the core converts to the first one. */
  readonly wires: Readonly<Partial<Record<Operation, readonly Wire[]>>>
  /** False when the upstream rejects `stream_options`; the router then does not ask for usage in `openai-chat` streams. Default true. */
  readonly streamUsage?: boolean
  /** True for upstreams that speak OpenRouter's routing fields (`provider`, `models`, ...); they are then sent on. Default false. */
  readonly routingFields?: boolean
  /** True when answers are made up; shown wherever the endpoint is. Default false. */
  readonly simulated?: boolean
  prepare(call: ProviderCall, endpoint: Endpoint): UpstreamRequest | Promise<UpstreamRequest>
  /**
   * An error answer as an outcome kind. Called for a status >= 400 with the body's first bytes (capped), and with status 200 for an error
   * body or an in-band error event. `body` is text, not necessarily JSON. Must not throw.
   */
  classify(status: number, headers: Readonly<Record<string, string>>, body: string): Failure
  /** What is known of an upstream model; configuration overrides it. */
  capabilities?(model: string): Capabilities
  /** List price of an upstream model; configuration overrides it. */
  price?(model: string): Price | undefined
  /** How to list models: for `router models` and zero-config. The answer is `{ data: [{ id }] }`. */
  models?(): UpstreamRequest
  /** For adapters that are themselves the upstream (simulators, in-process models): answers in place of the network. */
  answer?(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamResponse>
  close?(): Promise<void>
}

/** A posterior as a strategy sees it: mean and sd on the natural-log scale, and how much data stands behind it. */
export interface Belief {
  readonly mean: number
  readonly sd: number
  readonly n: number
  readonly from: 'cell' | 'endpoint' | 'map' | 'peers' | 'global'
}

/** An eligible endpoint, with all that a strategy may know of it. */
export interface Candidate {
  readonly endpoint: Endpoint
  /** Place in the configuration, from 0. */
  readonly position: number
  /** Log milliseconds to the first output token (not streaming: to the whole body). */
  readonly ttft: Belief
  /** Log output tokens per second after the first token. */
  readonly speed: Belief
  /** Beta parameters of success, caller faults and 429 not counted. */
  readonly success: { readonly a: number; readonly b: number }
  /** USD for this request; undefined when no price is known. */
  readonly estimatedPrice: number | undefined
  /** Fast layer, >= 1: how much slower than believed it is right now. */
  readonly stall: number
  readonly inFlight: number
  /** Concurrent requests that it bears, learned from 429s; Infinity when never limited. */
  readonly cap: number
  readonly health: 'closed' | 'half-open' | 'ramping'
  /** True when it failed significantly in the last 30 s. */
  readonly outage: boolean
  /** Sequence number of the last time it was tried first; 0 is never. */
  readonly lastPicked: number
  /** True when it sends its streams in one piece: then the time to the first token is the time to the last one, and `speed` says nothing. */
  readonly buffered?: boolean
  /** Milliseconds until its failures show, learned. */
  readonly detectMs?: number
  /** Share of attempts of late that were answered by a rate limit; these do not count against `success`. */
  readonly limited?: number
  /** Beta parameters of structured answers (tools, JSON schema) being well-formed. */
  readonly valid?: { readonly a: number; readonly b: number }
  /** The last minute against the operator's own `limits`; absent without limits. */
  readonly used?: { readonly requests: number; readonly tokens: number; readonly rpm?: number; readonly tpm?: number }
  /** Its latest outcomes, oldest first, at most 10. */
  readonly recent?: readonly RecentOutcome[]
}

/** One of an endpoint's latest outcomes, as its client felt it. */
export interface RecentOutcome {
  readonly kind: OutcomeKind
  /** Unix ms when it ended. */
  readonly at: number
  readonly stream: boolean
  readonly totalMs: number
  readonly ttftMs?: number
  readonly outputTokens?: number
}

export interface RouteRequest {
  /** Workload class, e.g. `chat.lt1k.plain`. */
  readonly class: string
  readonly inputTokens: number
  readonly expectedOutputTokens: number
  readonly stream: boolean
  /** Endpoint that the running conversation is at home at, while its prompt cache lives: no request to explore with. */
  readonly sticky?: string
}

export interface Ranked {
  readonly endpoint: Endpoint
  /** On the strategy's own scale; smaller or larger is better as the strategy documents. */
  readonly score: number
  /** Probability that this endpoint came first. Sums to one over the result. */
  readonly propensity: number
  /** A few words for `router explain`. */
  readonly why: string
}

export interface RoutingStrategy {
  /** Every candidate, in the order to try; [] for []. Pure and synchronous. */
  rank(
    request: RouteRequest,
    candidates: readonly Candidate[],
    world: { readonly random: () => number; readonly now: number },
  ): readonly Ranked[]
}

/** Where stats live between runs. `load` gives back what `save` got, or undefined; it rejects rather than lose data. */
export interface StatsStore {
  load(): Promise<JsonObject | undefined>
  save(state: JsonObject): Promise<void>
  close(): Promise<void>
}

/** One upstream call. Times in milliseconds, money in USD, token counts as the upstream gave them. */
export interface AttemptRecord {
  readonly endpoint: string
  readonly kind: OutcomeKind
  /** From the request's arrival to the start of this attempt. */
  readonly startMs: number
  readonly totalMs: number
  readonly status?: number
  readonly ttftMs?: number
  readonly usage?: Usage
  readonly costUsd?: number
  readonly finishReason?: string
  readonly message?: string
}

export interface Usage {
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly cacheReadTokens?: number
  readonly cacheWriteTokens?: number
  readonly reasoningTokens?: number
}

/** Everything about one request but its content: what the decision log holds and observers see. */
export interface RequestRecord {
  readonly id: string
  /** Unix milliseconds of arrival. */
  readonly time: number
  readonly requestedModel: string
  /** The model of the chain that was used. */
  readonly model: string
  readonly operation: Operation
  readonly wire: Wire
  readonly class: string
  readonly stream: boolean
  readonly strategy: string
  readonly configVersion: string
  readonly inputTokensEstimate: number
  /** Tokens of output that were expected. */
  readonly outputTokensEstimate?: number
  /** Of the strategy's random numbers (mulberry32): with it a decision can be made again. */
  readonly seed?: number
  /** What had a say in the order beside the strategy; absent when nothing had. */
  readonly placedBy?: 'sort' | 'order' | 'affinity' | 'threshold'
  /** How the model was chosen, when the one asked for is a selector. */
  readonly selection?: ModelSelection
  readonly candidates: readonly CandidateRecord[]
  readonly excluded: readonly Exclusion[]
  readonly attempts: readonly AttemptRecord[]
  readonly kind: OutcomeKind
  /** The upstream's id of the answer, under which a client may ask for it. */
  readonly upstreamId?: string
  readonly totalMs: number
  /** Time spent in the router itself before the first upstream byte was asked for. */
  readonly overheadMs: number
}

/** A choice among models, by what is known of their answers to requests like this one. */
export interface ModelSelection {
  /** The selector's name. */
  readonly name: string
  /** Short name of the task that the request belongs to, when it could be recognised. */
  readonly task?: string
  /** Share of the best model's quality that was asked for, after what the budget took from it. */
  readonly floor: number
  /** As they are tried. */
  readonly models: readonly ModelCandidate[]
}

export interface ModelCandidate {
  readonly model: string
  /** Mean and sd of the chance of a good answer. */
  readonly quality: number
  readonly qualitySd: number
  /** Opinions behind it, by weight. */
  readonly opinions: number
  /** Expected, for this request; absent when no price is known. */
  readonly priceUsd?: number
  /** Probability that it was tried first. */
  readonly propensity: number
  readonly why: string
}

export interface CandidateRecord {
  readonly endpoint: string
  readonly model: string
  readonly score: number
  readonly propensity: number
  readonly why: string
  /** Beliefs' means at decision time: ms, tokens/s, probability, USD. */
  readonly ttftMs: number
  readonly tokensPerSecond: number
  readonly success: number
  readonly priceUsd?: number
  /** Sd of log time to first token and of log speed. */
  readonly ttftSd?: number
  readonly speedSd?: number
  readonly position?: number
  /** These are left out where nothing is special: 1, 0, no cap, no outage. */
  readonly weight?: number
  readonly stall?: number
  readonly inFlight?: number
  readonly cap?: number
  readonly outage?: boolean
  readonly buffered?: boolean
  readonly detectMs?: number
}

export interface Exclusion {
  readonly endpoint: string
  readonly model: string
  /** `ignore`, `only`, `max_price`, `context_length`, `require_parameters`, `breaker`, `rate_limited`, ... */
  readonly reason: string
  readonly detail: string
}

export interface Observer {
  /** Called after the answer, off the request path. Must not throw; a slow observer loses records, never slows requests. */
  observe(record: RequestRecord): void
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

export const defineStore = <Options>(definition: Definition<StatsStore, Options>): Plugin<'store', StatsStore, Options> => ({
  apiVersion: API_VERSION,
  kind: 'store',
  ...definition,
})

export const defineObserver = <Options>(definition: Definition<Observer, Options>): Plugin<'observer', Observer, Options> => ({
  apiVersion: API_VERSION,
  kind: 'observer',
  ...definition,
})
