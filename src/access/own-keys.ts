import { RouterError } from '../base/errors.ts'
import type { Byok, Client } from './client-keys.ts'

/** `PROVIDER=KEY`, several of them with commas in between, or the header several times. */
export const OWN_KEYS_HEADER = 'x-router-provider-key'

/** What `API_KEY_SCHEMA` lets through, but for the comma. */
const ENTRY = /^([^=\s]+)=([\x21-\x2b\x2d-\x7e]+)$/
const MAX_KEYS = 16

/** Keys for providers that a client brings, by provider, and what it may do with them. */
export interface OwnKeys extends Byok {
  readonly keys: ReadonlyMap<string, string>
}

/**
 * Those of a request's header. Throws ROUTER_BYOK_DENIED when the client's key does not allow it, ROUTER_BYOK_HEADER
 * when it is not well formed; neither shows any of it.
 */
export function ownKeysIn(header: string | readonly string[], client: Client | undefined): OwnKeys {
  if (!client?.byok) throw new RouterError('ROUTER_BYOK_DENIED')
  const keys = new Map<string, string>()
  for (const part of String(header).split(',')) {
    const [, provider, key] = ENTRY.exec(part.trim()) ?? []
    if (provider === undefined || key === undefined || keys.has(provider) || keys.size === MAX_KEYS)
      throw new RouterError('ROUTER_BYOK_HEADER')
    keys.set(provider, key)
  }
  return { keys, allowFallbacks: client.byok.allowFallbacks }
}
