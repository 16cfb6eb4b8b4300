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
}

/** What a client may do with keys of its own for providers. */
export interface Byok {
  /** Where its own accounts fail, the operator's may be asked. */
  readonly allowFallbacks: boolean
}

const FINGERPRINT_BYTES = 3
const NOBODY: ReadonlyMap<string, Byok> = new Map()

/** Of a client key, see `Client`. */
export const fingerprintOf = (key: string) =>
  createHmac('sha256', key).update('commonroute client').digest().subarray(0, FINGERPRINT_BYTES).toString('base64url')

/** The client keys of `auth.keys`, compared as SHA-256 hashes in constant time. No keys: everyone is let in. */
export class ClientKeys {
  readonly #hashes: readonly Buffer[]
  /** Those that have been let in, so that a key is hashed once. Only valid keys get here: no larger than `#hashes`. */
  readonly #known = new Map<string, Client>()
  readonly #byok: ReadonlyMap<string, Byok>

  /** `byok`: by key, those whose clients may bring keys of providers. */
  constructor(keys: readonly string[], byok: ReadonlyMap<string, Byok> = NOBODY) {
    this.#byok = byok
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
    const byok = this.#byok.get(presented)
    const client = { fingerprint: fingerprintOf(presented), ...(byok && { byok }) }
    this.#known.set(presented, client)
    return client
  }
}
