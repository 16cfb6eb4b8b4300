import type { IncomingHttpHeaders } from 'node:http'
import type { Trace } from '../routing/ports.ts'

const IDS = '(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}'
/** W3C Trace Context, section 3.2: of version 00 these fields; later versions may add some, `ff` is none. */
const TRACEPARENT = new RegExp(`^(?:00-${IDS}|(?!00|ff)[0-9a-f]{2}-${IDS}(?:-[!-~]{0,64})?)$`)
/** Section 3.3.1.5: at least 512 characters are to be passed on. */
const TRACESTATE = /^[ -~]{1,512}$/
const REQUEST_ID = /^[!-~]{1,128}$/

const NONE: Trace = Object.freeze({})

/** The `x-request-id` of a client; undefined also for one that is no short visible text. */
export function requestIdIn(headers: IncomingHttpHeaders): string | undefined {
  const id = headers['x-request-id']
  return typeof id === 'string' && REQUEST_ID.test(id) ? id : undefined
}

/** What a client says of the trace that its request belongs to. What is not well-formed counts as not said. */
export function traceIn(headers: IncomingHttpHeaders): Trace {
  const requestId = requestIdIn(headers)
  const { traceparent, tracestate } = headers
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent))
    return requestId === undefined ? NONE : { requestId }
  return {
    ...(requestId !== undefined && { requestId }),
    traceparent,
    ...(typeof tracestate === 'string' && TRACESTATE.test(tracestate) && { tracestate }),
  }
}
