import type { Usage } from '../../plugins/api.ts'
import type { Conversation, Description } from '../ports.ts'
import type { Affinity, Home } from './affinity.ts'

type Homes = Pick<Affinity, 'get' | 'set'>

/** A step of a chain, as far as it says which model. */
interface Served {
  readonly model: { readonly name: string }
}

/** The homes of one request's conversation, one for each model that it was had with. */
export class Residence {
  readonly #affinity: Homes
  readonly #description: Description
  readonly #account: string
  readonly #ttl: number | 'auto' | 'off'
  /** Once a home was looked for. */
  #conversation: Conversation | undefined
  #model = ''
  #keyed: string | undefined

  /** `account` separates the conversations of different clients. */
  constructor(affinity: Homes, description: Description, account: string, ttl: number | 'auto' | 'off') {
    this.#affinity = affinity
    this.#description = description
    this.#account = account
    this.#ttl = ttl
  }

  /** The first that one of these models has; with `namedOnly`, of a conversation that the client named. */
  find(steps: readonly Served[], now: number, namedOnly = false): Home | undefined {
    if (this.#ttl === 'off') return undefined
    const conversation = this.#conversation ?? this.#description.conversation()
    if (!conversation || (namedOnly && !conversation.named)) return undefined
    this.#conversation = conversation
    for (let at = 0; at < steps.length; at++) {
      const home = this.#affinity.get(this.#key(steps[at]!.model.name, conversation), now)
      if (home) return home
    }
    return undefined
  }

  /** After a success; only where a home was looked for. */
  settle(model: string, endpoint: string, usage: Usage | undefined, now: number): void {
    if (!this.#conversation) return
    const longCache = this.#description.cachesForAnHour()
    const visit = { endpoint, usage, named: this.#conversation.named, longCache, ttl: this.#ttl }
    this.#affinity.set(this.#key(model, this.#conversation), visit, now)
  }

  /** Of one model it is asked for twice. */
  #key(model: string, { key }: Conversation): string {
    if (this.#keyed === undefined || this.#model !== model) {
      this.#model = model
      this.#keyed = `${this.#account}\n${model}\n${key}`
    }
    return this.#keyed
  }
}
