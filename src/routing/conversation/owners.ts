import { BoundedMap } from '../../base/bounded-map.ts'
import type { Endpoint, OwnedDelta } from '../../plugins/api.ts'

/** Ids remembered; those unused for longest go first. */
const LIMIT = 100_000
/** As long as OpenAI keeps responses (https://platform.openai.com/docs/guides/conversation-state). */
const KEPT_MS = 30 * 24 * 3_600_000

/** Who keeps something. */
interface Owner {
  readonly keeper: string
  /** Unix ms. */
  readonly expires: number
}

/**
 * Where an upstream keeps what it has answered: an account, so any model of it can go on from there. A region of it
 * keeps its own.
 */
export const keeperOf = ({ provider, region }: Endpoint): string =>
  region === undefined ? provider : `${provider}@${region}`

/**
 * Who keeps what clients refer to by an id: responses, their items, conversations, messages of threads. An id is only
 * known to the client that got it: `account` is the fingerprint of its key.
 */
export class Owners {
  readonly #owners = new BoundedMap<string, Owner>(LIMIT)
  /** The account that last got an id. */
  readonly #accounts = new BoundedMap<string, string>(LIMIT)
  readonly #onDelta: ((delta: OwnedDelta) => void) | undefined

  /** `onDelta`: what has become known here, for others that answer the same clients. */
  constructor(onDelta?: (delta: OwnedDelta) => void) {
    this.#onDelta = onDelta
  }

  get(account: string, id: string, now: number): string | undefined {
    const owner = this.#owners.get(keyOf(account, id))
    return owner && owner.expires > now ? owner.keeper : undefined
  }

  /** Only another client is known to have got it. */
  isForeign(account: string, id: string, now: number): boolean {
    const other = this.#accounts.get(id)
    return other !== undefined && other !== account && this.get(account, id, now) === undefined
  }

  set(account: string, ids: readonly string[], keeper: string, now: number): void {
    const expires = now + KEPT_MS
    this.#put(account, ids, { keeper, expires })
    this.#onDelta?.({ of: 'owned', account, ids, keeper, expires })
  }

  /** It has been deleted. */
  forget(account: string, id: string): void {
    this.#owners.delete(keyOf(account, id))
    if (this.#accounts.get(id) === account) this.#accounts.delete(id)
  }

  merge({ account, ids, keeper, expires }: OwnedDelta): void {
    this.#put(account, ids, { keeper, expires })
  }

  /** All of them, the one unused for longest first. */
  *deltas(now: number): Generator<OwnedDelta> {
    for (const [key, { keeper, expires }] of this.#owners.entries()) {
      if (expires <= now) continue
      const at = key.indexOf('\n')
      yield { of: 'owned', account: key.slice(0, at), ids: [key.slice(at + 1)], keeper, expires }
    }
  }

  #put(account: string, ids: readonly string[], owner: Owner): void {
    for (const id of ids) {
      this.#owners.set(keyOf(account, id), owner)
      this.#accounts.set(id, account)
    }
  }
}

const keyOf = (account: string, id: string) => `${account}\n${id}`
