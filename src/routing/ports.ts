/**
 * What the engine needs from outside, so that it knows no HTTP server and no wire: the server gives a `Call` and a
 * `ClientSink`, the wire layer gives a `Codec` (`codec.ts`).
 */
import type { Form } from '../base/multipart/form.ts'
import type { RequestType } from '../base/request-types.ts'
import type { Signs } from '../base/signs.ts'
import type { AttemptRecord, JsonObject, Operation, Usage, Wire } from '../plugins/api.ts'
import type { Provider } from './catalogue.ts'

/** What a client says of the trace that its request belongs to; each well-formed and bounded. */
export interface Trace {
  /** Its `x-request-id`. */
  readonly requestId?: string
  /** W3C Trace Context. */
  readonly traceparent?: string
  readonly tracestate?: string
}

/** A client's request, parsed once. `raw` is never changed. */
export interface Call {
  /** `gen-<unix seconds>-<random>`. */
  readonly id: string
  /** Unix milliseconds of arrival, and the same moment on the monotonic clock. */
  readonly time: number
  readonly arrivedMs: number
  readonly operation: Operation
  readonly wire: Wire
  /** How the answer looks: OpenAI's way under /v1, OpenRouter's under /api/v1. */
  readonly flavour: 'openai' | 'openrouter'
  readonly stream: boolean
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>>
  readonly trace?: Trace
  readonly raw: Buffer
  readonly body: JsonObject
  /** What it refers to and does not say; absent: it says everything. */
  readonly held?: Held
  /** Who made the reasoning in its history that only they can read, by its seal; absent where it is known of none. */
  readonly sealed?: ReadonlyMap<string, string>
  /** Of a session in which both sides talk: the client's side of it. */
  readonly duplex?: Duplex
  /** The body is a multipart form; `body` has its fields. */
  readonly form?: Form | undefined
  /** The router keeps the answer, and finds it by its id. */
  readonly isKept?: boolean
  /** USD that an hour of waiting costs, by the client's key. */
  readonly valueOfTime?: number
  /** The router wants to know how sure the model is of its answer, and the client's wire has no form for it. */
  readonly asksLogprobs?: true
  /** Of its last message, for selectors, see `featuresOf`; absent: none is wanted, or none came in time. */
  readonly embedding?: readonly number[]
  /** Accounts of the client's own, by provider: they are asked in place of the operator's. */
  readonly own?: ReadonlyMap<string, Provider>
}

/** The client's side of a session over messages, and what the upstream's side tells it. */
export interface Duplex {
  /** Of one message. */
  readonly maxMessageBytes: number
  /** Those of the upstream's messages that are no text. */
  readonly binary: WeakSet<Buffer>
  /** An upstream's connection stands: what the client has said so far, and says, goes there. */
  connected(upstream: UpstreamSocket): void
  /** It is closed, by whichever side, with a WebSocket's close code. */
  disconnected(upstream: UpstreamSocket, code: number, reason: string): void
}

export interface UpstreamSocket {
  /** False: it is slow, wait for `onDrain`. */
  send(message: Buffer, isBinary: boolean): boolean
  onDrain(listener: () => void): void
  close(code: number, reason: string): void
}

/** A part of a request that refers to what was left behind by earlier ones, or is to be left behind. */
export interface Reference {
  /** The field, as the wire names it. */
  readonly field: string
  readonly kind: 'response' | 'item' | 'compaction' | 'conversation' | 'prompt' | 'background' | 'thread' | 'file'
  /** Absent where there is none. */
  readonly id?: string
}

/** What a request refers to: only who keeps it can answer, unless the router knows all of it. */
export interface Held {
  /** The first reference that decides whom to ask. */
  readonly reference: Reference
  /** Who keeps it, see `keeperOf`; undefined: not known. */
  readonly keeper: string | undefined
  /** Whom nobody is known to keep it for is not asked for it: only its own client is. */
  readonly isStrict: boolean
  /** The router keeps answers itself, and has not found it. */
  readonly isSought: boolean
  /** The same request with what it refers to in its place. */
  readonly whole: Pick<Call, 'raw' | 'body'> | undefined
}

/**
 * What the router has to know of a request, whatever its wire. What every request needs is read at once, the rest when
 * it is asked for.
 */
export interface Description {
  readonly demand: Demand
  readonly asked: AskedFor
  /** Undefined: it is recognised by nothing. */
  conversation(): Conversation | undefined
  /** It asks its upstream to keep its prompt in the cache for an hour. */
  cachesForAnHour(): boolean
  /** What kind of work it asks for, as far as cheap features show. */
  requestType(): RequestType
  /** The task that it belongs to, for model selectors: the client's name, else its system prompt, else its type. */
  task(): string
  /** The same for requests with the same system prompt; undefined without one. */
  rules(): string | undefined
  /** Its last message's words, hashed: pairs of a bucket and a value, see `featuresOf`. */
  words(): readonly number[]
  /** What it says of the answer before it; undefined where it has no messages. `words`: thanks and complaints. */
  signs(words: boolean): Signs | undefined
  /** Asking two upstreams at once does nothing twice but write an answer. */
  isRepeatable(): boolean
  /** The same for a request that comes again, also with more turns behind its opening. */
  fingerprint(): string
}

/** What a request needs of an endpoint, read off its parsed body. */
export interface Demand {
  /** Request fields that an endpoint may or may not support, in OpenRouter's `supported_parameters` vocabulary. */
  readonly parameters: readonly string[]
  /** Tools or a JSON schema: the `structured` shape of a workload class. */
  readonly structured: boolean
  readonly images: boolean
  /** Sound among the messages of a chat. */
  readonly audio?: boolean
  /** Bytes of text, without inlined media. */
  readonly textBytes: number
  /** Tokens of output that the client allows; undefined when it does not say. */
  readonly maxOutputTokens: number | undefined
  /** It lives by tools that a provider runs, of these types: one of them is chosen, or there are no others. */
  readonly hosted?: string
  /** How it asks to be served, which has a price of its own: `flex`, `priority`, ... */
  readonly serviceTier?: string
  /** What it asks for beside tokens, as far as it says: images, characters, ... Absent in a chat. */
  readonly work?: Usage
}

/** OpenRouter's fields that name models and say how to choose among endpoints, as they came. */
export interface AskedFor {
  readonly model?: unknown
  readonly models?: unknown
  readonly provider?: unknown
}

/** What a conversation is recognised by. */
export interface Conversation {
  /** Not unique across clients or models: `Affinity` keys add both. */
  readonly key: string
  /**
   * The client named it by `session_id`; else it is worth keeping in one place only once a prompt cache has been seen.
   */
  readonly named: boolean
}

/** How a request was routed so far. */
export interface RoutingFacts {
  /** The model that the client asked for. */
  readonly requested: string
  /** Whom it may be sent to, as they were ranked. */
  readonly candidates: readonly { readonly endpoint: { readonly id: string }; readonly model: string }[]
  /** How many endpoints were left out. */
  readonly excluded: number
  /** Those that are over. */
  readonly attempts: readonly AttemptRecord[]
  /** A selector chose the model. */
  readonly isSelected: boolean
}

/** A request that can be asked how it is routed. */
export interface Explained {
  facts(): RoutingFacts
}

/** The client's side of an answer. After `start` nothing is ever retried. */
export interface ClientSink {
  /** True once the client has gone away. */
  readonly closed: boolean
  /** Calls back, at most once, when the client goes away before the answer has ended. */
  onClose(listener: () => void): void
  /** Wants to know how the request is routed. */
  explain?(run: Explained): void
  /**
   * A sign of life, in the midst of waiting: it and the head of a stream go out at once. Another `start` may follow, an
   * error status not.
   */
  keepAlive(bytes: Buffer, generationId: string): void
  /** Commits: status line and headers go out. */
  start(answer: AnswerHead): void
  /** False: the client is slow, wait for `onDrain`. */
  write(bytes: Buffer): boolean
  onDrain(listener: () => void): void
  end(bytes?: Buffer): void
  /** Hangs up: nothing more can be said. */
  abort(): void
}

export interface AnswerHead {
  readonly status: number
  readonly contentType: string
  readonly endpoint: string
  readonly attempts: number
  readonly overheadMs: number
  readonly generationId: string
  /** The endpoint speaks another wire than the client. */
  readonly translated?: boolean
  /** Further ones. */
  readonly headers?: Readonly<Record<string, string>>
}
