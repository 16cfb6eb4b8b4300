import type { HealthChange } from '../routing/health/health-change.ts'
import type { Log } from './log.ts'

/** Pairs of provider and cause that have been logged for endpoints that clients name. */
const MAX_LOGGED = 200

/**
 * Logs what becomes of endpoints. For those that no model of the configuration has, once for each provider and cause:
 * clients may invent names.
 */
export class HealthLog {
  readonly #log: Log
  readonly #isConfigured: (endpoint: string) => boolean
  readonly #logged = new Set<string>()

  constructor(log: Log, isConfigured: (endpoint: string) => boolean) {
    this.#log = log
    this.#isConfigured = isConfigured
  }

  report({ endpoint, operation, state, cause, alert, retryAt }: HealthChange): void {
    if (!this.#isConfigured(endpoint) && !this.#isNews(endpoint, state, cause)) return
    const fields = { endpoint, ...(operation !== undefined && { operation }), cause }
    if (state === 'ramping') {
      this.#log.info(fields, 'The endpoint is used again and gets its share back')
      return
    }
    const until = { ...fields, retry_at: new Date(retryAt).toISOString() }
    if (alert) this.#log.error(until, 'The endpoint needs a person: check its key, its bill or its model name')
    else this.#log.warn(until, 'The endpoint fails and is left out for a while')
  }

  #isNews(endpoint: string, state: HealthChange['state'], cause: string): boolean {
    const key = `${endpoint.split('/', 1)[0]} ${state} ${cause}`
    if (this.#logged.has(key) || this.#logged.size >= MAX_LOGGED) return false
    this.#logged.add(key)
    return true
  }
}
