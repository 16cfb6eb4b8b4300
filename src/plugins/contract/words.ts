export type JsonObject = { [key: string]: unknown }

/**
 * What is asked for, whatever the body's grammar: `messages` and `responses` are `chat` in other wires. `counting`: the
 * tokens of a chat's input. `translation`: speech into English text. `realtime`: a session over a WebSocket. The last
 * three are passed on to a provider, and concern no model: what it keeps, and any other path of it. New ones may be
 * added within an `apiVersion`.
 */
export const OPERATIONS = [
  'chat',
  'completion',
  'embedding',
  'image',
  'image_edit',
  'speech',
  'transcription',
  'translation',
  'rerank',
  'moderation',
  'counting',
  'realtime',
  'file',
  'batch',
  'passthrough',
] as const
export type Operation = (typeof OPERATIONS)[number]

/** A body grammar. `openai-chat` is the hub that every converter speaks. */
export type Wire =
  | 'openai-chat'
  | 'openai-responses'
  | 'openai-compact'
  | 'openai-completions'
  | 'openai-embeddings'
  | 'openai-input-tokens'
  | 'openai-realtime'
  | 'openai-images'
  | 'openai-image-edits'
  | 'openai-image-variations'
  | 'openai-speech'
  | 'openai-transcriptions'
  | 'openai-translations'
  | 'openai-moderations'
  | 'jina-rerank'
  | 'cohere-rerank'
  | 'voyage-rerank'
  | 'cohere-chat'
  | 'cohere-embed'
  | 'ollama-chat'
  | 'ollama-embed'
  | 'anthropic-messages'
  | 'anthropic-count-tokens'
  | 'gemini'
  | 'gemini-count-tokens'
  | 'gemini-embeddings'
  | 'gemini-batch-embeddings'
  | 'bedrock-converse'
  | 'bedrock-count-tokens'
  | 'titan-embed'
  | (string & {})

/**
 * How a streamed answer is cut into events; `none` is one body. `binary`: bytes that flow as they come, audio for
 * example, unless the answer says that it is `text/event-stream`.
 */
export type Framing = 'none' | 'sse' | 'aws-event-stream' | 'ndjson' | 'binary' | 'websocket'

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
