import type { UpstreamRequest } from '../../plugins/api.ts'
import type { Provider } from '../catalogue.ts'

/** What an adapter last sent by way of credentials, and the secrets of its configuration. */
interface Noted {
  authorization: string | undefined
  session: string | undefined
  readonly configured: readonly string[]
  tokens: readonly string[]
}

/** An older token may still be on its way back when the next one is in use. */
const MAX_TOKENS = 4
const SCHEME = /^bearer\s+/i

const NOTED = new WeakMap<Provider, Noted>()

/**
 * Tokens that an adapter gets while the router runs (Google's, Entra ID's, AWS's of a session) stand in no
 * configuration. Whoever is about to be sent one counts it among its provider's secrets from then on, so that no answer
 * brings it to light.
 */
export function noteTokens(
  provider: Provider,
  request: UpstreamRequest | Promise<UpstreamRequest>,
): UpstreamRequest | Promise<UpstreamRequest> {
  if (request instanceof Promise) return request.then((ready) => noteTokens(provider, ready))
  noteHeaders(provider, request.headers)
  return request
}

export function noteHeaders(provider: Provider, headers: Readonly<Record<string, string>>): void {
  const { authorization, 'x-amz-security-token': session } = headers
  if (authorization === undefined && session === undefined) return
  let noted = NOTED.get(provider)
  if (!noted) {
    noted = { authorization: undefined, session: undefined, configured: provider.secrets, tokens: [] }
    NOTED.set(provider, noted)
  }
  // Most often the very same text as before.
  if (authorization !== noted.authorization) {
    noted.authorization = authorization
    // A signature is good for one request only.
    if (authorization !== undefined && SCHEME.test(authorization))
      add(provider, noted, authorization.replace(SCHEME, ''))
  }
  if (session === noted.session) return
  noted.session = session
  if (session !== undefined) add(provider, noted, session)
}

function add(provider: Provider, noted: Noted, token: string): void {
  if (noted.configured.includes(token) || noted.tokens.includes(token)) return
  noted.tokens = [token, ...noted.tokens].slice(0, MAX_TOKENS)
  // Another list: what is known of the forms of secrets is known by list.
  provider.secrets = [...noted.tokens, ...noted.configured]
}
