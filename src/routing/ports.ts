/**
 * What the engine needs from outside, so that it knows no HTTP server and no wire: the server gives a `Call` and a
 * `ClientSink`, the wire layer gives a `Codec`.
 */
import type { Form } from '../base/multipart/form.ts'
import type { Pieces } from '../base/multipart/pieces.ts'
import type { AttemptRecord, Framing, JsonObject, Operation, Quirks, Usage, Wire } from '../plugins/api.ts'

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
  /** The task that it belongs to, for model selectors: a short name, or a hash; `-` for none. */
  task(): string
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

/** What a response turned out to be, as far as it has been read. The same for streams and whole bodies. */
export interface Reading {
  /** The first output token (text, reasoning, tool call, refusal) has been seen. */
  readonly started: boolean
  /** A finish reason or the end marker has been seen. */
  readonly finished: boolean
  /** The end marker of a stream has been seen: nothing comes after it. */
  readonly ended?: boolean
  /** An error body or error event: its JSON text, for `ProviderAdapter.classify`. */
  readonly errorText?: string
  /** Not parsable: not an answer in its wire. */
  readonly malformed?: string
  /**
   * An answer, but not one to what was asked: a call of a tool that was not offered, arguments that are not JSON, words
   * where JSON was demanded. Another endpoint is asked while nothing has been sent; if none does better, it is
   * delivered.
   */
  readonly invalidOutput?: string | undefined
  /** The router itself cannot go on with it. */
  readonly routerFault?: string
  readonly usage?: Usage
  /** Normalised to OpenAI's: stop, length, tool_calls, content_filter, error. */
  readonly finishReason?: string
  readonly upstreamId?: string
  /** Ids of what the upstream keeps of it, its own among them; absent when it keeps nothing. */
  readonly keptIds?: readonly string[]
  /** Characters of output seen, to estimate tokens when there is no usage. */
  readonly outputChars: number
  readonly toolCalls: number
  /** Events of a stream that were no JSON and were left out, after output had begun. */
  readonly brokenEvents?: number
  /** Of what the client gets, where it is not the usual one: JSON, or server-sent events in a stream. */
  readonly contentType?: string
  /** Its reader alone can say what its first bytes are: sound may begin with anything, JSON lines as JSON does. */
  readonly beginsAnyhow?: true
}

/**
 * Reads one streamed answer while it passes: takes upstream bytes, gives the bytes for the client (the same Buffer when
 * nothing has to change). Bounded: an event that is too long sets `malformed`, a router that holds too much already
 * `routerFault`.
 */
export interface StreamReader extends Reading {
  /** Bytes that may be sent on now; empty while an event is incomplete and has to be changed. Never throws. */
  push(chunk: Buffer): readonly Buffer[]
  /** The upstream ended: what is left to send (end marker, translated tail). */
  end(): readonly Buffer[]
  /**
   * An in-band error event with `finish_reason: "error"` in the client's wire, then the end. Nothing where there is no
   * way to say it: then hanging up says it.
   */
  fail(error: InBandError): readonly Buffer[]
  /** The attempt is over, whether the stream has ended or not: nothing is held any longer. */
  close?(): void
}

export interface InBandError {
  readonly status: number
  readonly type: string
  readonly message: string
  readonly endpoint: string
}

export interface WholeReading extends Reading {
  /** The answer in the client's wire. */
  readonly body: Buffer
}

/** An upstream request body in one wire. */
export interface EncodedCall {
  readonly wire: Wire
  readonly body: Buffer
  /** Of a form: its body, which costs a copy of all its files when it is asked for as one. */
  readonly pieces?: Pieces
  readonly json: () => JsonObject
  /** From the upstream's name to the client's, of tools that go under another name; absent when none does. */
  readonly names?: ReadonlyMap<string, string>
  /** What has no form in this wire and was left out although the client may miss it, in words; absent for nothing. */
  readonly dropped?: readonly string[]
}

export interface EncodeOptions {
  readonly upstreamModel: string
  /** Whom the request is for, `<provider>/<upstream model>`: reasoning goes back to its maker only. */
  readonly maker: string
  /** Ask for usage in an `openai-chat` stream even when the client did not. */
  readonly streamUsage: boolean
  /** Leave OpenRouter's routing fields in: the upstream speaks them. */
  readonly routingFields: boolean
  /**
   * What the endpoint writes at most; a translated request is held to it, one in the client's own wire goes as it came.
   */
  readonly maxOutputTokens?: number
  /** What the upstream cannot take in a wire; the same object each time. */
  quirks?(wire: Wire): Quirks | undefined
}

export interface ReadContext {
  readonly call: Call
  /** The wire that the upstream speaks. */
  readonly wire: Wire
  /** Shown as `provider` and `model` where the client's dialect has them. */
  readonly provider: string
  readonly model: string
  /** Tokens of the prompt, estimated. */
  readonly inputTokens?: number
  /** The upstream's own, of its answer. */
  readonly contentType?: string | undefined
  /** Cost in USD of this usage, for dialects that report it. */
  cost(usage: Usage): number | undefined
  /** The encoded call's, and its body: tools in the answer get the client's names again. */
  readonly renamed?: { readonly names: ReadonlyMap<string, string>; readonly request: JsonObject } | undefined
}

/** Between wires. Pure: no sockets, no clock. */
export interface Codec {
  describe(call: Call): Description
  /** What it refers to and does not say; undefined for nothing. */
  references(call: Pick<Call, 'wire' | 'body'>): readonly Reference[] | undefined
  /** True when a call in wire `from` can be sent in wire `to`. */
  converts(operation: Operation, from: Wire, to: Wire): boolean
  /** What stands for each piece of reasoning in a call that only its maker can read; undefined for none. */
  seals(call: Call): readonly string[] | undefined
  /** The call without the reasoning of these seals. */
  withoutSealed(call: Call, isForeign: (seal: string) => boolean): Call
  /** The wire of the requests that are counted by requests in this one; undefined for any other. */
  counted(wire: Wire): Wire | undefined
  /**
   * The request in wire `to`: bytes spliced when it is the client's own wire, translated otherwise. Throws RouterError
   * when it cannot be said in `to`.
   */
  encode(call: Call, to: Wire, options: EncodeOptions): EncodedCall
  stream(framing: Framing, context: ReadContext): StreamReader
  /** Also of an upstream that streamed although it was not asked to. */
  whole(bytes: Buffer, context: ReadContext): WholeReading
  /** What a client of this wire passes over in a stream; undefined when nothing is known. */
  keepAlive(wire: Wire): Buffer | undefined
  /** An error as the whole of a stream that has begun with signs of life only. */
  refusal(call: Call, error: InBandError): readonly Buffer[]
  /** Streams of this wire are events that the router knows. */
  hasEvents(wire: Wire): boolean
  /** A whole answer as the stream that was asked for, in the upstream's wire; undefined when it is none. */
  unfold(bytes: Buffer, context: ReadContext): Buffer | undefined
  /** For an answer that is passed through: what it says that it used; undefined for a kind that says nothing. */
  watch(contentType: string | undefined): AnswerWatch | undefined
}

/** Looks at an answer as it passes. Bounded, and it never fails. */
export interface AnswerWatch {
  push(chunk: Buffer): void
  /** Undefined for nothing. */
  end(): WatchedAnswer | undefined
}

export interface WatchedAnswer {
  readonly usage?: Usage
  readonly model?: string
  readonly id?: string
}
