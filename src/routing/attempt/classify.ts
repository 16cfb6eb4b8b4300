import type { IncomingHttpHeaders } from 'node:http'
import { reasonOf } from '../../base/errors.ts'
import type { Failure, ProviderAdapter } from '../../plugins/api.ts'

/** What an error answer, or an error inside an answer, means: as the adapter sees it, whatever the adapter does. */
export function classify(
  adapter: ProviderAdapter,
  status: number,
  headers: IncomingHttpHeaders,
  text: string,
): Failure {
  try {
    const failure = adapter.classify(status, flat(headers), text)
    // Success cannot be an error's name: an error that is not understood is the provider's.
    const kind = failure.kind === 'ok' ? 'provider_error' : failure.kind
    const message = redirection(status, headers) ?? failure.message
    return kind === failure.kind && message === failure.message ? failure : { ...failure, kind, message }
  } catch (error) {
    return {
      kind: 'provider_error',
      message: `status ${status}, and its adapter failed to read it: ${reasonOf(error)}`,
    }
  }
}

/**
 * Not followed: secrets stay with their origin. Told without the query, which may hold a key; at the same host the path
 * alone.
 */
function redirection(status: number, { location }: IncomingHttpHeaders): string | undefined {
  if (status < 300 || status > 399 || !location) return undefined
  const same = 'http://same.invalid'
  const url = URL.parse(location, same)
  if (!url) return undefined
  const target = `${url.origin === same ? '' : url.origin}${url.pathname}`.slice(0, 200)
  return `it redirects (HTTP ${status}) to ${target}, which is not followed: its base_url is probably wrong`
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return result
}
