/** What the failures of several wires have in common. */
import type { JsonObject } from '../plugins/api.ts'
import type { InBandError } from '../routing/codec.ts'
import type { Call } from '../routing/ports.ts'
import { encodeEvent } from './framing/sse.ts'

/** Unix seconds of arrival. */
export const createdOf = (call: Call): number => Math.floor(call.time / 1000)

/** OpenAI's error object: `type` as OpenAI groups them; `code` is the canonical `error_type`. */
export function openaiError({ status, type, message }: InBandError): JsonObject {
  const group = status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error'
  return { message, type: group, param: null, code: type }
}

/** An error in a wire that has no way of its own to say it. */
export const bareFailure = (error: InBandError): Buffer =>
  encodeEvent('error', JSON.stringify({ error: openaiError(error) }))
