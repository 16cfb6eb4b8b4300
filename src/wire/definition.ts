import type { BodyEdits } from '../base/json/edit-body.ts'
import type { JsonObject, Usage, Wire } from '../plugins/api.ts'
import type { InBandError, ReadContext } from '../routing/codec.ts'
import type { Call, Reference } from '../routing/ports.ts'
import type { BodyConverter, Converter, UpstreamConverter } from './converter.ts'
import type { QuirkContext } from './quirks/context.ts'
import type { Meter } from './read/meter.ts'
import type { StreamEditor } from './read/tap.ts'

/** All that the router knows of one wire: a folder below `wires/`, and a line in its table. */
export interface WireDefinition {
  readonly wire: Wire
  /** Reads one answer to `request`, which may be in any wire. */
  meter(request: JsonObject, answerId: string): Meter
  /** The last event of a stream that broke off. */
  failure(context: ReadContext, error: InBandError, meter: Meter): Buffer
  /** Absent when its answers never stream. */
  readonly events?: WireEvents
  /** The text in a whole answer that a user sees. */
  visibleText?(body: JsonObject): string
  readonly request?: RequestTraits
  readonly dialect?: WireDialect
  /** To and from the hub wire; absent in the hub itself, and where nothing is translated. */
  readonly converter?: Converter
  /** The same of a wire whose answers never stream. */
  readonly bodies?: BodyConverter
  /** The same of a wire that only upstreams speak. */
  readonly upstream?: UpstreamConverter
  readonly quirks?: WireQuirks
  /** Absent where answers never say how sure the model was. */
  readonly logprobs?: WireLogprobs
  /** Of answers that are bytes and no events (framing `binary`): what is known of them by looking. */
  bytes?(request: JsonObject): ByteMeter
  /** Whether whole answers to this request are text and no JSON. */
  isPlain?(request: JsonObject): boolean
  /** Of sessions over messages: the types of those that have to be read. */
  messages?(type: string): boolean
  /** It asks how many tokens a request in this wire has: what is counted is what would be sent. */
  readonly counts?: Wire
}

/** Follows bytes that pass, without keeping them. */
export interface ByteMeter {
  add(bytes: Buffer): void
  /** What they are worth, so far. */
  usage(): Usage | undefined
}

/** How streams of the wire go. */
interface WireEvents {
  /** Sent when an upstream finished without it; absent when the last event is more than a mark. */
  readonly endMarker?: Buffer
  /** What clients pass over: a sign of life. */
  readonly keepAlive: Buffer
  /** A whole answer as events; undefined when it is none, but an error, for example. */
  unfold(body: JsonObject): readonly WireEvent[] | undefined
  /** Puts the events of a stream together. */
  fold(): Fold
}

export type WireEvent = readonly [name: string | undefined, data: JsonObject | '[DONE]']

/** Takes one event after the other. */
export interface Fold {
  event(name: string | undefined, data: JsonObject): void
  /** The answer as JSON; undefined when the stream was cut. `done`: the end marker came. */
  end(done: boolean): string | undefined
}

/** What a client's request may be like. */
interface RequestTraits {
  /** Streams have usage only when asked for it, by `stream_options.include_usage`. */
  readonly usageOnDemand?: true
  /** Answers are stored unless `store` is false. */
  readonly storedByDefault?: true
  /** Model and streaming stand in the address: bodies that are sent have neither. */
  readonly addressed?: true
  /** What routing reads of a request, in the hub's fields. Absent: it has them. */
  view?(body: JsonObject): JsonObject
  /** What a request asks for beside tokens, as far as it says. */
  work?(body: JsonObject): Usage
  /** See `Demand.hosted`. */
  hosted?(body: JsonObject): string | undefined
  /** What a request refers to and does not say; undefined for nothing. */
  references?(body: JsonObject): readonly Reference[] | undefined
  /** What of a request only its maker can read. */
  readonly sealed?: {
    /** Undefined for none. */
    seals(body: JsonObject): readonly string[] | undefined
    without(call: Call, isForeign: (seal: string) => boolean): Call
  }
  /** A body in the client's own wire as this upstream model takes it; the same object when nothing has to change. */
  native?(body: JsonObject, upstreamModel: string): JsonObject
}

/** What a client's flavour asks of answers beyond their wire. */
interface WireDialect {
  /** Changes a stream that passes; undefined when nothing has to change. */
  editor?(context: ReadContext): StreamEditor | undefined
  /** OpenRouter's: edits of one event that is written anew. */
  event?(data: JsonObject, context: ReadContext): BodyEdits
  /** OpenRouter's: edits of a whole answer. */
  whole(body: JsonObject, context: ReadContext, meter: Meter): BodyEdits
}

/** How likely each token was, where an answer says so. */
export interface WireLogprobs {
  /** What to set in a request so that its answer has them; undefined: it asks for them. Absent: no client speaks it. */
  ask?(body: JsonObject): JsonObject | undefined
  /** Their natural logarithms, in a whole answer or one event of a stream, as they stand there. */
  read(body: JsonObject): readonly unknown[]
  /** A whole answer or event without them; the same where it has none. */
  strip?(body: JsonObject): JsonObject
}

/** How quirks of an upstream are applied inside a body, and undone in answers. */
interface WireQuirks {
  apply(body: JsonObject, context: QuirkContext): JsonObject
  /** Gives the tools in a whole answer other names. */
  renameWhole(body: JsonObject, change: (name: string) => string): JsonObject
  renameEvent(data: JsonObject, change: (name: string) => string): JsonObject
}
