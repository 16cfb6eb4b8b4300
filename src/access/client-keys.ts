import { hash, timingSafeEqual } from 'node:crypto'

/** Who a request comes from: a short name of its key for logs and limits, never the key. */
export interface Client {
  readonly label: string
}

/** The client keys of `auth.keys`, compared as SHA-256 hashes in constant time. No keys: everyone is let in. */
export class ClientKeys {
  readonly #hashes: readonly Buffer[]
  /** Those that have been let in, so that a key is hashed once. Only valid keys get here: no larger than `#hashes`. */
  readonly #known = new Map<string, Client>()

  constructor(keys: readonly string[]) {
    this.#hashes = keys.map((key) => hash('sha256', key, 'buffer'))
  }

  get required(): boolean {
    return this.#hashes.length > 0
  }

  /** The client of a presented key; undefined when it is not one of ours. */
  identify(presented: string): Client | undefined {
    const known = this.#known.get(presented)
    if (known) return known
    const digest = hash('sha256', presented, 'buffer')
    let found = -1
    // No early exit: the time must not tell which key came near.
    for (const [index, own] of this.#hashes.entries()) if (timingSafeEqual(own, digest)) found = index
    if (found < 0) return undefined
    const client = { label: `key-${found + 1}` }
    this.#known.set(presented, client)
    return client
  }
}

/** The keys in a request's headers: `Authorization: Bearer` (OpenAI), `x-api-key` (Anthropic). Clients that know of two services send both. */
export function presentedKeys(headers: Readonly<Record<string, string | string[] | undefined>>): string[] {
  const { authorization = '', 'x-api-key': own = '' } = headers
  const bearer = /^bearer\s+(\S+)\s*$/i.exec(String(authorization))?.[1]
  return [bearer, String(own)].filter((key) => key !== undefined && key !== '') as string[]
}
