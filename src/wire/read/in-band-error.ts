/**
 * The last event of a stream that broke off, in the client's wire, and the end markers of streams that end well.
 *
 * No `[DONE]` follows an error. Nobody needs it: openai's client throws at an event with `error`, the AI SDK turns it into an error part and
 * reads on to the end of the body, @openrouter/sdk hands the chunk out and takes the end of the body as the end. And a client that takes
 * `[DONE]` for success must not see one. OpenRouter documents the same: the error chunk, "then the stream ends".
 */
import type { JsonObject, Wire } from '../../plugins/api.ts'
import type { Call, InBandError, ReadContext } from '../../routing/ports.ts'
import { encodeEvent } from '../framing/sse.ts'
import { stringOf } from '../untyped.ts'
import type { Meter } from './meter.ts'
import { meterFor } from './meters.ts'

/** Anthropic's `error.type` by HTTP status: https://platform.claude.com/docs/en/api/errors */
const ANTHROPIC_TYPES: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [503, 'overloaded_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
])

/** What is sent when the upstream gave a finish reason, but forgot its end marker. */
export function endMarker(wire: Wire): Buffer | undefined {
  if (wire === 'openai-chat' || wire === 'openai-completions') return encodeEvent(undefined, '[DONE]')
  if (wire === 'anthropic-messages') return encodeEvent('message_stop', '{"type":"message_stop"}')
  return undefined
}

/** The error of a stream in which nothing was answered, and no endpoint known. */
export function refusal(call: Call, error: InBandError): Buffer[] {
  const context: ReadContext = { call, wire: call.wire, provider: '', model: stringOf(call.body.model), cost: () => undefined }
  const meter = meterFor(call.wire, call)
  return meter ? inBandError(context, error, meter) : []
}

/** The error as events of the client's wire; the stream ends after them. */
export function inBandError(context: ReadContext, error: InBandError, meter: Meter): Buffer[] {
  const { call } = context
  switch (call.wire) {
    case 'anthropic-messages':
      return [event('error', messagesError(error))]
    case 'openai-responses':
      return [responsesError(context, error, meter)]
    case 'openai-chat':
      return [
        event(
          undefined,
          chunk(context, error, meter, 'chat.completion.chunk', { delta: call.flavour === 'openai' ? {} : { content: '' } }),
        ),
      ]
    case 'openai-completions':
      return [event(undefined, chunk(context, error, meter, 'text_completion', { text: '', logprobs: null }))]
    default:
      return [event('error', { error: openaiError(error) })]
  }
}

const event = (name: string | undefined, data: JsonObject): Buffer => encodeEvent(name, JSON.stringify(data))

const createdOf = (call: Call): number => Math.floor(call.time / 1000)

/** `type` as OpenAI groups them; `code` is the canonical `error_type`. */
function openaiError({ status, type, message }: InBandError): JsonObject {
  const group = status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error'
  return { message, type: group, param: null, code: type }
}

function chunk(context: ReadContext, error: InBandError, meter: Meter, object: string, choice: JsonObject): JsonObject {
  const { call, provider, model } = context
  const head = { id: meter.upstreamId ?? call.id, object, created: createdOf(call), model }
  const last = { index: 0, ...choice, finish_reason: 'error' }
  if (call.flavour === 'openai') return { ...head, choices: [last], error: openaiError(error) }
  const { status, type, message } = error
  return {
    ...head,
    provider,
    error: { code: status, message, metadata: { error_type: type, provider_name: provider } },
    choices: [{ ...last, native_finish_reason: null }],
  }
}

function messagesError({ status, type, message }: InBandError): JsonObject {
  return { type: 'error', error: { type: ANTHROPIC_TYPES.get(status) ?? 'api_error', message, error_type: type } }
}

/** `response.failed` once the client knows the response, else the bare `error` event. */
function responsesError({ call, model }: ReadContext, error: InBandError, meter: Meter): Buffer {
  const { status, type, message } = error
  const code = status === 429 ? 'rate_limit_exceeded' : 'server_error'
  const sequence = { sequence_number: meter.events, error_type: type }
  if (meter.upstreamId === undefined) return event('error', { type: 'error', code, message, param: null, ...sequence })
  const response = {
    id: meter.upstreamId,
    object: 'response',
    created_at: createdOf(call),
    status: 'failed',
    error: { code, message },
    incomplete_details: null,
    instructions: null,
    metadata: null,
    model,
    output: [],
    parallel_tool_calls: true,
    temperature: null,
    tool_choice: 'auto',
    tools: [],
    top_p: null,
  }
  return event('response.failed', { type: 'response.failed', response, ...sequence })
}
