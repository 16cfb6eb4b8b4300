/**
 * What a converter between a wire and the hub wire of its operation (`openai-chat` for chats) offers. The codec
 * composes two of them: client wire -> hub -> upstream wire for requests, and back for answers. Everything is pure: no
 * sockets, no clock of its own, no randomness; inputs are never changed, and outputs may share parts with them.
 */
import type { JsonObject, Wire } from '../plugins/api.ts'
import type { InBandError } from '../routing/codec.ts'

export interface Converter extends BodyConverter {
  streamToHub(context: ConvertContext): StreamConverter
  /** For one streamed answer, from the hub's events to this wire's. */
  streamFromHub(context: ConvertContext): StreamConverter
}

/** Of wires whose answers never stream, that is all. */
export interface BodyConverter extends UpstreamConverter {
  /** A request of this wire, said in the hub wire. `model` and errors as in `requestFromHub`. */
  requestToHub(body: JsonObject, options?: HubOptions): JsonObject
  /** A whole hub answer or error body, said in this wire. Never throws. */
  responseFromHub(body: JsonObject, context: ConvertContext): JsonObject
}

/** The half that an upstream's wire needs, and all of a wire in which no client asks. */
export interface UpstreamConverter {
  readonly wire: Wire
  /**
   * A hub request, said in this wire. `model` must be the upstream's already: what a model refuses is left out. Throws
   * ROUTER_BAD_REQUEST, naming the field, for what cannot be said.
   */
  requestFromHub(body: JsonObject, options?: HubOptions): JsonObject
  /**
   * A whole answer or error body of this wire, said in the hub wire. Never throws: what is missing or misshapen is left
   * empty.
   */
  responseToHub(body: JsonObject, context: ConvertContext): JsonObject
  /** For one streamed answer, from this wire's events to the hub's. Absent in wires whose answers never stream. */
  streamToHub?(context: ConvertContext): StreamConverter
}

export interface HubOptions {
  /**
   * The hub body goes to a reader of OpenRouter's extensions (`cache_control`, `reasoning`, `reasoning_details`,
   * `top_k`, images in tool results): another converter, or an upstream that speaks them. Others refuse them with 400.
   * Default false.
   */
  readonly extensions?: boolean
  /** Of the extensions only `reasoning`: the upstream has a knob for it. Default: as `extensions`. */
  readonly reasoning?: boolean
  /** Whom the request is for, `<provider>/<upstream model>`: only its own reasoning is given back. Default: nobody. */
  readonly maker?: string
  /** Called with what has no form in the hub and is left out although the client may miss it: "the tool web_search". */
  readonly onDropped?: (what: string) => void
}

export interface ConvertContext {
  /** Id of the answer when the upstream gives none. */
  readonly id: string
  /** Unix seconds, for wires that carry a creation time. */
  readonly created: number
  /** Model shown when the upstream names none. */
  readonly model: string
  /** Who answers, `<provider>/<upstream model>`. */
  readonly maker: string
  /** The client's request: some answers repeat it, and tools get back the form in which it offered them. */
  readonly request: JsonObject
  /** Unix seconds at this moment, for wires that say when an answer was complete. */
  now(): number
  /**
   * A hub stream ends with a usage chunk: the client asked for it (`stream_options.include_usage`), its dialect always
   * has it, or another converter comes after this one.
   */
  readonly includeUsage: boolean
  /** The router keeps the answer, and finds it by its id. */
  readonly isKept?: boolean
  /** Tokens of the prompt, estimated: said at the beginning of a stream in wires that have it there. */
  readonly inputTokens?: number
}

/** Stateful over one stream. */
export interface StreamConverter {
  /**
   * One event of the source stream: SSE event name (undefined when there was none) and parsed data. The end marker
   * `[DONE]` is not passed in.
   */
  event(name: string | undefined, data: JsonObject): readonly OutEvent[]
  /**
   * The source stream has ended well: what is left to send (open blocks closed, last event, end marker). Empty when
   * nothing is. For a stream that was cut, do not call this: the codec reports the cut.
   */
  end(): readonly OutEvent[]
  /** The source stream broke off: the last events. Absent in wires whose last event needs nothing of those before. */
  fail?(error: InBandError): readonly OutEvent[]
}

export interface OutEvent {
  /** SSE event name; absent in wires that have none. */
  readonly event?: string
  readonly data: JsonObject | '[DONE]'
}
