/** Conversations remembered; the one unused for longest goes first. */
const LIMIT = 50_000
/** OpenRouter's idle time for sticky routing; hosted prompt caches live 5 to 10 minutes. */
const AUTO_TTL_MS = 10 * 60_000

/** Which endpoint a conversation was last answered by, so that it stays where its prompt cache is. */
export class Affinity {
  readonly #entries = new Map<string, { readonly endpoint: string; readonly expires: number }>()

  get(key: string, now: number): string | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    if (entry.expires > now) return entry.endpoint
    this.#entries.delete(key)
    return undefined
  }

  /** Called on success only; every success starts the time anew. */
  set(key: string, endpoint: string, now: number, ttl: number | 'auto' | 'off'): void {
    if (ttl === 'off') return
    this.#entries.delete(key)
    this.#entries.set(key, { endpoint, expires: now + (ttl === 'auto' ? AUTO_TTL_MS : ttl) })
    if (this.#entries.size > LIMIT) this.#entries.delete(this.#entries.keys().next().value!)
  }
}
