import type { HeadersConfig } from '../../config/types.ts'
import type { UpstreamRequest } from '../../plugins/api.ts'

/**
 * The request with the operator's headers for its endpoint, which win over those of the adapter; null takes one out.
 */
export function withHeaders(
  prepared: UpstreamRequest | Promise<UpstreamRequest>,
  own: HeadersConfig,
): UpstreamRequest | Promise<UpstreamRequest> {
  return prepared instanceof Promise ? prepared.then((request) => changed(request, own)) : changed(prepared, own)
}

function changed(request: UpstreamRequest, own: HeadersConfig): UpstreamRequest {
  const headers: Record<string, string> = { ...request.headers }
  for (const [name, value] of Object.entries(own)) {
    if (value === null) delete headers[name]
    else headers[name] = value
  }
  return { ...request, headers }
}
