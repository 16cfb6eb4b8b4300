/** What the engine needs of the wires: a `Codec` that encodes requests and reads answers. */
import type { Pieces } from '../base/multipart/pieces.ts'
import type { Framing, JsonObject, Operation, Quirks, Usage, Wire } from '../plugins/api.ts'
import type { Call, Description, Reference } from './ports.ts'

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
  readonly names?: ReadonlyMap<string, string> | undefined
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
  /** The call with log probabilities asked for. */
  withLogprobs(call: Call): Call
  /** Mean natural logarithm of the chance of a token of an upstream's answer; undefined where it does not say. */
  meanLogprob(wire: Wire, bytes: Buffer): number | undefined
  /** An answer in the client's wire without log probabilities that it did not ask for. */
  withoutLogprobs(call: Call, bytes: Buffer): Buffer
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
