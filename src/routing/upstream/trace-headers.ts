import type { IncomingHttpHeaders } from 'node:http'
import type { UpstreamRequest } from '../../plugins/api.ts'
import type { Call } from '../ports.ts'

/** Headers in which servers name their own record of a request, those first that their support asks for. */
const UPSTREAM_IDS = [
  'x-request-id',
  'request-id',
  'x-amzn-requestid',
  'apim-request-id',
  'x-ms-request-id',
  'x-goog-request-id',
  'mistral-correlation-id',
  'x-ds-trace-id',
  'x-debug-trace-id',
  'nvcf-reqid',
  'x-trace-id',
  'cf-ray',
]
const VISIBLE = /^[!-~]{1,128}$/

/** The upstream's own id of a request, by which its people find it; undefined when it names none. */
export function upstreamRequestId(headers: IncomingHttpHeaders): string | undefined {
  for (const name of UPSTREAM_IDS) {
    const id = headers[name]
    if (typeof id === 'string' && VISIBLE.test(id)) return id
  }
  return undefined
}

/**
 * The request with the client's trace headers sent on, for a provider that shall have them. What its adapter sends
 * wins.
 */
export async function withTrace(
  prepared: UpstreamRequest | Promise<UpstreamRequest>,
  { id, trace = {} }: Call,
): Promise<UpstreamRequest> {
  const request = await prepared
  const { requestId = id, traceparent, tracestate } = trace
  const headers = {
    'x-request-id': requestId,
    ...(traceparent && { traceparent }),
    ...(tracestate && { tracestate }),
    ...request.headers,
  }
  return { ...request, headers }
}
