import type { Usage } from '../../plugins/api.ts'
import type { Call } from '../ports.ts'
import type { Affinity, Home } from './affinity.ts'
import { type Conversation, cachesForAnHour, conversationOf } from './conversation.ts'

type Homes = Pick<Affinity, 'get' | 'set'>

/** The homes of one request's conversation, one for each model that it was had with. */
export class Residence {
  readonly #affinity: Homes
  readonly #call: Call
  readonly #account: string
  readonly #ttl: number | 'auto' | 'off'
  /** Recognised when first asked for; false: there is none. */
  #conversation: Conversation | false | undefined

  /** `account` separates the conversations of different clients. */
  constructor(affinity: Homes, call: Call, account: string, ttl: number | 'auto' | 'off') {
    this.#affinity = affinity
    this.#call = call
    this.#account = account
    this.#ttl = ttl
  }

  /** The first that one of these models has. */
  find(models: readonly string[], now: number): Home | undefined {
    if (this.#ttl === 'off') return undefined
    this.#conversation ??= conversationOf(this.#call) ?? false
    if (!this.#conversation) return undefined
    for (const model of models) {
      const home = this.#affinity.get(this.#key(model, this.#conversation), now)
      if (home) return home
    }
    return undefined
  }

  /** After a success; only where a home was looked for. */
  settle(model: string, endpoint: string, usage: Usage | undefined, now: number): void {
    if (!this.#conversation) return
    const visit = { endpoint, usage, named: this.#conversation.named, longCache: cachesForAnHour(this.#call.body), ttl: this.#ttl }
    this.#affinity.set(this.#key(model, this.#conversation), visit, now)
  }

  #key(model: string, { key }: Conversation): string {
    return `${this.#account}\n${model}\n${key}`
  }
}
