import type { InBandError, ReadContext } from '../../../routing/codec.ts'
import { encodeEvent } from '../../framing/sse.ts'
import { statusOf } from './status.ts'

/** An error as Google's streams have it: an event that is nothing else. */
export function geminiFailure(_context: ReadContext, { status, type, message }: InBandError): Buffer {
  const error = { code: status, message, status: statusOf(status), error_type: type }
  return encodeEvent(undefined, JSON.stringify({ error }))
}
