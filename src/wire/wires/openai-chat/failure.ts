import type { JsonObject } from '../../../plugins/api.ts'
import type { InBandError, ReadContext } from '../../../routing/codec.ts'
import { createdOf, openaiError } from '../../failure.ts'
import { encodeEvent } from '../../framing/sse.ts'
import type { Meter } from '../../read/meter.ts'

/** The failure of a chat. */
export function chatFailure(context: ReadContext, error: InBandError, meter: Meter): Buffer {
  const delta = context.call.flavour === 'openai' ? {} : { content: '' }
  return failedChunk(context, error, meter, 'chat.completion.chunk', { delta })
}

/** An error as a last chunk with choices; `choice`: what stands in its choice. */
export function failedChunk(
  context: ReadContext,
  error: InBandError,
  meter: Meter,
  object: string,
  choice: JsonObject,
): Buffer {
  const { call, provider, model } = context
  const head = { id: meter.upstreamId ?? call.id, object, created: createdOf(call), model }
  const last = { index: 0, ...choice, finish_reason: 'error' }
  if (call.flavour === 'openai') return encoded({ ...head, choices: [last], error: openaiError(error) })
  const { status, type, message } = error
  return encoded({
    ...head,
    provider,
    error: { code: status, message, metadata: { error_type: type, provider_name: provider } },
    choices: [{ ...last, native_finish_reason: null }],
  })
}

const encoded = (data: JsonObject): Buffer => encodeEvent(undefined, JSON.stringify(data))
