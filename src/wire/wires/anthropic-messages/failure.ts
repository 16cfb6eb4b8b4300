import type { InBandError, ReadContext } from '../../../routing/codec.ts'
import { encodeEvent } from '../../framing/sse.ts'

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

/** An `error` event. */
export function messagesFailure(_context: ReadContext, { status, type, message }: InBandError): Buffer {
  const error = { type: ANTHROPIC_TYPES.get(status) ?? 'api_error', message, error_type: type }
  return encodeEvent('error', JSON.stringify({ type: 'error', error }))
}
