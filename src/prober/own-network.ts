import type { OutcomeKind } from '../plugins/api.ts'

/** So many providers in a row that cannot be reached are no coincidence. */
const PROVIDERS = 3
/** Within this time. */
const WITHIN_MS = 600_000

const UNREACHED: readonly OutcomeKind[] = ['provider_network', 'provider_timeout_connect']

/** Whether it is this machine that reaches nobody: then no endpoint is to blame. */
export class OwnNetwork {
  /** Providers that could not be reached since anybody could, and when. */
  readonly #unreached = new Map<string, number>()
  #wasWell = true
  #isNews = false

  /** Takes what came of a request to a provider; false when it says nothing of it. `now` in milliseconds. */
  isWell(provider: string, kind: OutcomeKind, now: number): boolean {
    if (UNREACHED.includes(kind)) this.#unreached.set(provider, now)
    else this.#unreached.clear()
    for (const [name, at] of this.#unreached) if (now - at > WITHIN_MS) this.#unreached.delete(name)
    const isWell = this.#unreached.size < PROVIDERS
    this.#isNews = this.#wasWell && !isWell
    this.#wasWell = isWell
    return isWell
  }

  /** It was well until the last answer. */
  get isNews(): boolean {
    return this.#isNews
  }
}
