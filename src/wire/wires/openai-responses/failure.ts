import type { JsonObject } from '../../../plugins/api.ts'
import type { InBandError, ReadContext } from '../../../routing/codec.ts'
import { createdOf } from '../../failure.ts'
import { encodeEvent } from '../../framing/sse.ts'
import type { Meter } from '../../read/meter.ts'

/** `response.failed` once the client knows the response, else the bare `error` event. */
export function responsesFailure({ call, model }: ReadContext, error: InBandError, meter: Meter): Buffer {
  const { status, type, message } = error
  const code = errorCode(status)
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

/** Of `response.error`. */
export const errorCode = (status: number): string => (status === 429 ? 'rate_limit_exceeded' : 'server_error')

const event = (name: string, data: JsonObject): Buffer => encodeEvent(name, JSON.stringify(data))
