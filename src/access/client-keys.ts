import { createHmac, hash, timingSafeEqual } from 'node:crypto'

/** Who a request comes from. */
export interface Client {
  /**
   * 24 bits of an HMAC-SHA256 under its key: the same over restarts and reloads wherever the key stands in the list,
   * and too short to tell from a log whether a guessed key is the right one. It goes into records; the key never does.
   */
  readonly fingerprint: string
  /** It may bring keys of providers. Absent: it may not. */
  readonly byok?: Byok
  /** USD that an hour of waiting costs it; absent: as the strategy is set. */
  readonly valueOfTime?: number
}

/** What a client may do with keys of its own for providers. */
export interface Byok {
  /** Where its own accounts fail, the operator's may be asked. */
  readonly allowFallbacks: boolean
}

const FINGERPRINT_BYTES = 3

/** Of a client key, see `Client`. */
export const fingerprintOf = (key: string) =>
  createHmac('sha256', key).update('commonroute client').digest().subarray(0, FINGERPRINT_BYTES).toString('base64url')

/** The client keys of `auth.keys`, compared as SHA-256 hashes in constant time. No keys: everyone is let in. */
export class ClientKeys {
  readonly #hashes: readonly Buffer[]
  /** Those that have been let in, so that a key is hashed once. Only valid keys get here: no larger than `#hashes`. */
  readonly #known = new Map<string, Client>()
  readonly #byok: ReadonlyMap<string, Byok> | undefined
  readonly #valuesOfTime: ReadonlyMap<string, number> | undefined

  /** By key: whose clients may bring keys of providers, and to whom waiting has a price of its own. */
  constructor(keys: readonly string[], byok?: ReadonlyMap<string, Byok>, valuesOfTime?: ReadonlyMap<string, number>) {
    this.#byok = byok
    this.#valuesOfTime = valuesOfTime
    this.#hashes = keys.map((key) => hash('sha256', key, 'buffer'))
  }

  get required(): boolean {
    return this.#hashes.length > 0
  }

  get count(): number {
    return this.#hashes.length
  }

  /** The client of a presented key; undefined when it is not one of ours. */
  identify(presented: string): Client | undefined {
    const known = this.#known.get(presented)
    if (known) return known
    const digest = hash('sha256', presented, 'buffer')
    let found = false
    // No early exit: the time must not tell which key came near.
    for (const own of this.#hashes) if (timingSafeEqual(own, digest)) found = true
    if (!found) return undefined
    const byok = this.#byok?.get(presented)
    const valueOfTime = this.#valuesOfTime?.get(presented)
    const client = {
      fingerprint: fingerprintOf(presented),
      ...(byok && { byok }),
      ...(valueOfTime !== undefined && { valueOfTime }),
    }
    this.#known.set(presented, client)
    return client
  }
}

/** Those of a configuration. */
export const clientKeysOf = ({
  keys,
  byok,
  valuesOfTime,
}: {
  readonly keys: readonly string[]
  readonly byok?: ReadonlyMap<string, Byok>
  readonly valuesOfTime?: ReadonlyMap<string, number>
}): ClientKeys => new ClientKeys(keys, byok, valuesOfTime)
