import type { DataPolicy } from './data-policy.ts'
import type { Capabilities, Endpoint, Price } from './endpoint.ts'
import type { PassthroughCall, PassthroughTarget, Resource } from './passthrough.ts'
import type { Quirks } from './quirks.ts'
import type { Framing, JsonObject, Operation, OutcomeKind, Wire } from './words.ts'

/**
 * What the adapter is asked to send. The body is already in a wire that the adapter listed, with the upstream's model
 * name.
 */
export interface ProviderCall {
  readonly id: string
  readonly operation: Operation
  readonly wire: Wire
  readonly stream: boolean
  readonly contentType: string
  /**
   * Client headers that are safe to forward (`anthropic-beta`, `anthropic-version`, `openai-beta`), lower-case names.
   */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /**
   * Of a multipart form: `body`, not yet in one piece. To be sent on in its place, since `body` then costs a copy of
   * all its files.
   */
  readonly pieces?: BodyPieces
  /**
   * The body parsed, at most once; of a form its fields, without files. Never change the result; change `body` with
   * `editBody`.
   */
  json(): JsonObject
}

/** A body in pieces, which are sent one after the other, as often as need be; perhaps read from a file meanwhile. */
export interface BodyPieces extends Iterable<Buffer> {
  /** Of all of them, in bytes. */
  readonly length: number
}

/** What to send. The core owns sockets, retries, timeouts, logging and redaction. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer | string
  /** In place of `body`: a form's. */
  readonly pieces?: BodyPieces
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
  /**
   * What the fault is about, where the upstream says so. `endpoint`: its key, its bill, its model name; it is left out
   * at once. `operation`: it has no such route, or its model is for another one. `request`: another request would be
   * answered; nothing is held against the endpoint. Absent: not said; `provider_auth`, `provider_billing` and
   * `provider_not_found` are then believed when a second, different request meets them.
   */
  readonly about?: 'endpoint' | 'operation' | 'request'
}

/**
 * Thrown by `prepare` or `passThrough` when there is no request to send, for want of a token for example: the attempt ends with this
 * failure, and the next endpoint is asked. What else it throws is held to be the router's own fault.
 */
export class NotPrepared extends Error {
  readonly failure: Failure

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options)
    this.name = 'NotPrepared'
    this.failure = failure
  }
}

/**
 * A service that a provider plugin knows by itself: what a start without a file makes of it. One of `keyVariable`,
 * `variables`, `localUrl` and `models` says when it is there.
 */
export interface Service {
  /** Its options, beside the key. Default: none. */
  readonly options?: JsonObject
  /** Another plugin has a service of this name and speaks more of it: that one is what a start without a file takes. */
  readonly secondary?: true
  /** Environment variable that usually holds its key, the option `api_key`. */
  readonly keyVariable?: string
  /** Further names of that variable, asked in this order when the first is not set. */
  readonly otherKeyVariables?: readonly string[]
  /**
   * Variables that hold its credentials where those are not one key: all of them set, it is there. Its options, or the
   * plugin itself, take them from the environment.
   */
  readonly variables?: readonly string[]
  /** The names of its models are each account's own: none is listed. */
  readonly isPrivate?: true
  /** Of a server on one's own machine: base URL of its `/models`. */
  readonly localUrl?: string
  /** Of a service inside the router: always there, with these models behind one that is named as the service. */
  readonly models?: readonly string[]
  /** Further models of such a service, each under a name of its own, `SERVICE/MODEL`. */
  readonly others?: readonly string[]
  /**
   * Its public hosts, reached by https at the usual port, and the region that each stands for, `-` for none; first the
   * one that requests go to by default. Its id is then what it is called in public.
   */
  readonly hosts?: Readonly<Record<string, string>>
  /** Models that anybody can ask it for. */
  readonly publicModels?: readonly string[]
  /** For who chooses a service: `router providers` and the documentation. */
  readonly facts?: ServiceFacts
}

/** What is known of a service beside how to use it. */
export interface ServiceFacts {
  /** Its own name. */
  readonly title: string
  /** With `${NAME}` where an account has an address of its own; its options then want a `base_url`. */
  readonly baseUrl?: string
  /** How the key goes along; default `authorization: Bearer KEY`. */
  readonly auth?: string
  readonly wires: ProviderAdapter['wires']
  /** Where it can be asked, in its own words; default those of its hosts. */
  readonly regions?: readonly string[]
  readonly dataPolicy?: DataPolicy
  /** What a user may stumble over, one sentence each. */
  readonly notes?: readonly string[]
  /** Where this was read. */
  readonly sources?: readonly string[]
}

/** A page of a service's list of its models. */
export interface ModelPage {
  /** The service's own names, as requests write them. */
  readonly models: readonly string[]
  /** What `models` is given for the next page; absent on the last one. */
  readonly next?: string
}

export interface ProviderAdapter {
  /**
   * Wires spoken natively per operation, best first. The client's wire listed: bytes pass through. Else the core
   * converts to the first one.
   */
  readonly wires: Readonly<Partial<Record<Operation, readonly Wire[]>>>
  /**
   * False when the upstream rejects `stream_options`; the router then does not ask for usage in `openai-chat` streams.
   * Default true.
   */
  readonly streamUsage?: boolean
  /**
   * True for upstreams that speak OpenRouter's routing fields (`provider`, `models`, ...); they are then sent on.
   * Default false.
   */
  readonly routingFields?: boolean
  /**
   * What this upstream cannot take of a request in `wire` for `model` (the upstream's name). Asked once per endpoint
   * and wire; undefined for nothing. `prepare` gets bodies to which it has been applied.
   */
  quirks?(wire: Wire, model: string): Quirks | undefined
  /**
   * Which service it is that stands at the address in use, where the plugin has several: the name that its models are
   * known by. Default: the option `preset`, else the plugin's name.
   */
  readonly service?: string
  /** True when answers are made up; shown wherever the endpoint is. Default false. */
  readonly simulated?: boolean
  /** Throws `NotPrepared`. */
  prepare(call: ProviderCall, endpoint: Endpoint): UpstreamRequest | Promise<UpstreamRequest>
  /**
   * What the service keeps for its clients, each with its path for `passThrough`. Absent: not known; it is then asked
   * only by who names it.
   */
  readonly resources?: Readonly<Partial<Record<Resource, string>>>
  /** Any path of the service, with its key. Absent: nothing can be passed on to it. */
  passThrough?(call: PassthroughCall): PassthroughTarget | Promise<PassthroughTarget>
  /**
   * An error answer as an outcome kind. Called for a status >= 400 with the body's first bytes (capped), and with
   * status 200 for an error body or an in-band error event. `body` is text, not necessarily JSON. Must not throw.
   */
  classify(status: number, headers: Readonly<Record<string, string>>, body: string): Failure
  /** What is known of an upstream model; configuration overrides it. */
  capabilities?(model: string): Capabilities
  /**
   * What becomes of prompts to an upstream model, at the address in use and in the region of the endpoint, where it has
   * one; configuration overrides it.
   */
  dataPolicy?(model: string, region?: string): DataPolicy | undefined
  /** List price of an upstream model; configuration overrides it. */
  price?(model: string): Price | undefined
  /**
   * How to list models, for `router models --upstream` and `models: discover`. `page`: the `next` of the page before.
   * Throws `NotPrepared`.
   */
  models?(page?: string): UpstreamRequest | Promise<UpstreamRequest>
  /**
   * What an answer to `models` says, parsed; undefined where it is no list. Must not throw. Default: the ids of
   * `{ data: [{ id }] }`, or of such a list alone.
   */
  modelsIn?(answer: unknown): ModelPage | undefined
  /** For adapters that are themselves the upstream (simulators, in-process models): answers in place of the network. */
  answer?(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamResponse>
  close?(): Promise<void>
}
