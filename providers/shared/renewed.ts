import { type Failure, NotPrepared } from 'commonroute/plugin'

/** A value with an end, such as a token. */
export interface Lasting<T> {
  readonly value: T
  /** Unix milliseconds; absent for one that does not end. */
  readonly expiresMs?: number
}

/** It is renewed so long before its end, milliseconds. */
const EARLY_MS = 5 * 60_000
/** Whoever gives it is waited for so long, milliseconds. */
const PATIENCE_MS = 30_000
const LATE: Failure = {
  kind: 'provider_timeout_connect',
  message: `no credentials came within ${PATIENCE_MS / 1000} s`,
}

/**
 * A value that is fetched when it is first needed, once for all who wait, and again before it ends. While a good one is
 * there a fetch that fails is nobody's concern.
 */
export class Renewed<T> {
  readonly #fetch: () => Promise<Lasting<T>>
  readonly #now: () => number
  #current: Lasting<T> | undefined
  #fetching: Promise<T> | undefined

  constructor(fetch: () => Promise<Lasting<T>>, now: () => number) {
    this.#fetch = fetch
    this.#now = now
  }

  get(): T | Promise<T> {
    const leftMs = this.#leftMs()
    if (this.#current && leftMs > EARLY_MS) return this.#current.value
    this.#fetching ??= this.#renew()
    if (!this.#current || leftMs <= 0) return this.#fetching
    // Good for a while yet: nobody waits.
    this.#fetching.catch(() => undefined)
    return this.#current.value
  }

  /** It is not taken any more. */
  forget(): void {
    this.#current = undefined
  }

  #leftMs(): number {
    return (this.#current?.expiresMs ?? Number.POSITIVE_INFINITY) - this.#now()
  }

  async #renew(): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new NotPrepared(LATE)), PATIENCE_MS)
    })
    try {
      this.#current = await Promise.race([this.#fetch(), late])
      return this.#current.value
    } finally {
      clearTimeout(timer)
      this.#fetching = undefined
    }
  }
}
