import type { IncomingHttpHeaders, ServerResponse } from 'node:http'

export type Json = Record<string, unknown>

export type UpstreamWire =
  | 'openai-chat'
  | 'openai-completions'
  | 'openai-responses'
  | 'openai-embeddings'
  | 'anthropic-messages'
  | 'bedrock-converse'
  | 'openai-images'
  | 'openai-moderations'
  | 'jina-rerank'
  | 'cohere-rerank'
  | 'voyage-rerank'
  | 'models'

/**
 * `finished`: the whole answer went out. `aborted`: the caller went away first. `cut`: the script broke the connection.
 */
export type Ending = 'finished' | 'aborted' | 'cut'

export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** As received: name, value, name, value. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** Of a form its fields, and its files in latin1. */
  readonly json: Json
  readonly wire: UpstreamWire | undefined
  readonly model: string
  readonly stream: boolean
  /** Settles when the exchange is over. Never rejects. */
  readonly ended: Promise<Ending>
}

/** One request on its way to an answer. A behaviour writes to `response` in any way it likes, or not at all. */
export interface Exchange {
  readonly request: ReceivedRequest
  readonly response: ServerResponse
  /** Breaks the connection with a FIN after what was written (`fin`) or with a RST. */
  cut(how: 'fin' | 'reset'): void
}

export type Behaviour = (exchange: Exchange) => unknown

/** One server-sent event; `token` marks the ones that carry output. */
export interface StreamEvent {
  readonly event?: string
  readonly data: string
  readonly token: boolean
}

export interface ToolCall {
  readonly id: string
  readonly name: string
  /** JSON text, or deliberately not. */
  readonly arguments: string
}

/** What the model says, whatever the wire. */
export interface Answer {
  readonly id: string
  readonly model: string
  readonly created: number
  readonly text: string
  /** The text in the pieces that it is streamed in. */
  readonly pieces: readonly string[]
  readonly reasoning: string
  readonly toolCalls: readonly ToolCall[]
  /** OpenAI's vocabulary. */
  readonly finishReason: 'stop' | 'length' | 'tool_calls' | 'content_filter'
  readonly usage: { readonly input: number; readonly output: number; readonly cached: number }
}

/** A body grammar's way to say an answer. */
export interface WireFormat {
  whole(answer: Answer, request: ReceivedRequest): Json
  events(answer: Answer, request: ReceivedRequest): StreamEvent[]
}
