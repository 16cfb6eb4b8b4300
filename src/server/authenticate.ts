import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Client } from '../access/client-keys.ts'
import { RouterError } from '../base/errors.ts'
import type { Asked } from './failure.ts'
import { isGooglePath } from './google/paths.ts'
import type { ServerParts } from './parts.ts'

/** Who asks; undefined where no keys are asked for. Throws the RouterError that refuses it. */
export function authenticate({ keys, keyless }: ServerParts, { headers, url }: Asked): Client | undefined {
  const known = keys()
  if (!known.required) {
    const refusal = keyless().refusal(headers)
    if (refusal) throw refusal
    return undefined
  }
  const { authorization, 'x-api-key': own = googleKey(headers, url) } = headers
  const bearer = bearerOf(authorization)
  // Clients that know of two services send both.
  const client =
    (bearer && known.identify(bearer)) || (typeof own === 'string' && own !== '' && known.identify(own)) || undefined
  if (client) return client
  throw new RouterError('ROUTER_UNAUTHENTICATED', {
    reason:
      bearer || own
        ? 'The API key is not one of this router.'
        : 'No API key: send it as "Authorization: Bearer KEY" or as "x-api-key".',
  })
}

/** What Google's clients send: a header of their own, or a part of the address. */
function googleKey(headers: IncomingHttpHeaders, url: string | undefined): string | undefined {
  const own = headers['x-goog-api-key']
  if (typeof own === 'string') return own
  if (!url?.includes('key=') || !isGooglePath(url)) return undefined
  return new URLSearchParams(url.slice(url.indexOf('?'))).get('key') ?? undefined
}

const BEARER = /^bearer\s+(\S+)\s*$/i
const bearerOf = (authorization: string | undefined) =>
  authorization === undefined ? undefined : BEARER.exec(authorization)?.[1]

/** RFC 9112, section 3.2; Node takes the first of two. Throws ROUTER_BAD_REQUEST. */
export function needOneHost({ rawHeaders }: IncomingMessage): void {
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  if (hosts > 1) throw new RouterError('ROUTER_BAD_REQUEST', { reason: 'The request has more than one Host header.' })
}
