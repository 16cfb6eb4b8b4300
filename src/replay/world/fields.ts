import { RouterError } from '../../base/errors.ts'
import type { JsonObject } from '../../plugins/api.ts'

/**
 * Reads fields of a JSON object; what is wrong is reported with its place, such as `world.json` or `site-a.ndjson:12`.
 */
export class Fields {
  readonly #object: JsonObject
  readonly #place: string
  readonly #path: string

  constructor(value: unknown, place: string, path = '') {
    this.#place = place
    this.#path = path
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.bad('', 'an object', value)
    this.#object = value as JsonObject
  }

  bad(key: string, expected: string, value: unknown): RouterError {
    const name = [this.#path, key].filter((part) => part !== '').join('.') || 'it'
    const found = value === undefined ? 'missing' : `not ${JSON.stringify(value).slice(0, 60)}`
    return new RouterError('ROUTER_REPLAY_DATA', {
      place: this.#place,
      reason: `${name} must be ${expected}, ${found}`,
    })
  }

  get keys(): string[] {
    return Object.keys(this.#object)
  }

  value(key: string): unknown {
    return this.#object[key]
  }

  text(key: string): string {
    const value = this.#object[key]
    if (typeof value !== 'string' || value === '') throw this.bad(key, 'a text', value)
    return value
  }

  /** Zero or more. */
  number(key: string, fallback?: number): number {
    const value = this.#object[key] ?? fallback
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
      throw this.bad(key, 'a number of zero or more', this.#object[key])
    return value
  }

  /** Zero or more; null and absence are undefined. */
  optional(key: string): number | undefined {
    return this.#object[key] === undefined || this.#object[key] === null ? undefined : this.number(key)
  }

  fields(key: string): Fields {
    return new Fields(this.#object[key], this.#place, this.#path === '' ? key : `${this.#path}.${key}`)
  }

  list(key: string, fallback?: readonly unknown[]): readonly unknown[] {
    const value = this.#object[key] ?? fallback
    if (!Array.isArray(value)) throw this.bad(key, 'a list', this.#object[key])
    return value
  }
}
