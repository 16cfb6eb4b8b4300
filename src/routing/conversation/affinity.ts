import { BoundedMap } from '../../base/bounded-map.ts'
import type { HomeDelta, Usage } from '../../plugins/api.ts'

/** Conversations remembered; the one unused for longest goes first. */
const LIMIT = 50_000
/**
 * How long hosted prompt caches live after their last use, unless the request says an hour (Anthropic's and OpenAI's
 * documentation).
 */
const CACHE_MS = 5 * 60_000
const LONG_CACHE_MS = 60 * 60_000

/** Where a conversation is at home. */
export interface Home {
  readonly endpoint: string
  /** Unix ms. */
  readonly expires: number
  /** Tokens of input that its prompt cache held when it was last asked. */
  readonly cachedTokens: number
}

/** A success, as it bears on where the conversation is at home. */
export interface Visit {
  readonly endpoint: string
  readonly usage: Usage | undefined
  readonly named: boolean
  readonly longCache: boolean
  readonly ttl: number | 'auto' | 'off'
}

/**
 * Which endpoint a conversation was last answered by, so that it stays where its prompt cache lives. One that the
 * client did not name is remembered only once a cache has been seen at work: a read or a write in the usage.
 */
export class Affinity {
  readonly #homes = new BoundedMap<string, Home>(LIMIT)
  readonly #onDelta: ((delta: HomeDelta) => void) | undefined

  /** `onDelta`: each new home, for others that answer the same conversations. */
  constructor(onDelta?: (delta: HomeDelta) => void) {
    this.#onDelta = onDelta
  }

  get(key: string, now: number): Home | undefined {
    const home = this.#homes.get(key)
    if (!home || home.expires > now) return home
    this.#homes.delete(key)
    return undefined
  }

  /**
   * Called on success only; every success starts the time anew, but an hour's cache is not shortened by a request that
   * did not ask for it.
   */
  set(key: string, { endpoint, usage, named, longCache, ttl }: Visit, now: number): void {
    if (ttl === 'off') return
    const before = this.get(key, now)
    const cachedTokens = (usage?.cacheReadTokens ?? 0) + (usage?.cacheWriteTokens ?? 0)
    if (!named && cachedTokens === 0 && !before) return
    const lifetime = ttl === 'auto' ? (longCache ? LONG_CACHE_MS : CACHE_MS) : ttl
    const kept = ttl === 'auto' && before?.endpoint === endpoint ? before.expires : 0
    const home = { endpoint, expires: Math.max(now + lifetime, kept), cachedTokens }
    this.#homes.set(key, home)
    this.#onDelta?.({ of: 'home', key, ...home })
  }

  /** A home that the conversation found elsewhere; the one that lives longer is the later one. */
  merge({ key, endpoint, expires, cachedTokens }: HomeDelta, now: number): void {
    const own = this.get(key, now)
    if (expires > now && (own === undefined || own.expires <= expires))
      this.#homes.set(key, { endpoint, expires, cachedTokens })
  }

  /** All homes, the one unused for longest first. */
  *deltas(now: number): Generator<HomeDelta> {
    for (const [key, home] of this.#homes.entries()) if (home.expires > now) yield { of: 'home', key, ...home }
  }
}
