import { createHmac, randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Client } from '../access/client-keys.ts'
import { OWN_KEYS_HEADER, ownKeysIn } from '../access/own-keys.ts'
import { BoundedMap } from '../base/bounded-map.ts'
import { RouterError } from '../base/errors.ts'
import type { Catalogue, Provider } from '../routing/catalogue.ts'
import { Health } from '../routing/health/health.ts'

/** By provider: at an account of the client's own. */
export type OwnProviders = ReadonlyMap<string, Provider>

/** Sets of keys whose accounts' health is remembered. */
const MAX_REMEMBERED = 1000

/**
 * Accounts of clients that bring their own keys. The keys are held as long as their request; between two requests no
 * more is kept than how the account fares, under a hash that only this process can make.
 */
export class OwnAccounts {
  readonly #catalogue: () => Catalogue
  readonly #secret = randomBytes(32)
  readonly #health = new BoundedMap<string, Health>(MAX_REMEMBERED)

  /** `catalogue`: that of the moment. */
  constructor(catalogue: () => Catalogue) {
    this.#catalogue = catalogue
  }

  /** Undefined when a request brings no keys. Rejects with a RouterError. */
  of(headers: IncomingHttpHeaders, client: Client | undefined): Promise<OwnProviders> | undefined {
    const header = headers[OWN_KEYS_HEADER]
    return header === undefined ? undefined : this.#open(header, client)
  }

  async #open(header: string | readonly string[], client: Client | undefined): Promise<OwnProviders> {
    const { keys, allowFallbacks } = ownKeysIn(header, client)
    const own = { health: this.#healthOf(keys), allowFallbacks }
    const { providers } = this.#catalogue()
    const opened = new Map<string, Provider>()
    try {
      for (const [id, key] of keys) {
        const provider = providers.get(id)
        if (!provider || provider.account !== undefined) throw refused(id, 'it is not configured')
        if (!provider.withKey) throw refused(id, 'its credentials are not one key that could be replaced')
        opened.set(id, { ...(await provider.withKey(key)), own })
      }
    } catch (error) {
      closeOwn(opened)
      throw error
    }
    return opened
  }

  #healthOf(keys: ReadonlyMap<string, string>): Health {
    const hash = createHmac('sha256', this.#secret)
    for (const [provider, key] of keys) hash.update(`${provider}=${key}\n`)
    const name = hash.digest('base64')
    const known = this.#health.get(name)
    if (known) return known
    const health = new Health()
    this.#health.set(name, health)
    return health
  }
}

/** After the request. */
export function closeOwn(own: OwnProviders): void {
  for (const { adapter } of own.values()) adapter.close?.().catch(() => undefined)
}

const refused = (provider: string, reason: string): RouterError =>
  new RouterError('ROUTER_BYOK_PROVIDER', { provider: provider.slice(0, 100), reason })
