import type { OutcomeKind } from '../../plugins/api.ts'
import { anyOf, type Catalogue, type Provider } from '../catalogue.ts'
import type { Engine } from '../engine.ts'
import type { Ticket } from '../health/endpoint-health.ts'
import type { RelayResult } from './relay.ts'
import type { RelayCall } from './relay-call.ts'

/** What a provider says of an account, whatever was asked. */
const OF_ACCOUNT: ReadonlySet<OutcomeKind> = new Set(['provider_auth', 'provider_billing', 'provider_rate_limited'])

/** What services call things that they keep; words of their paths are shorter, or have no digit. */
const ID = /^(?=.*\d)[\w.-]{8,200}$/

type Core = Pick<Engine, 'catalogue' | 'state' | 'now'>

/**
 * Which of a provider's accounts a relay goes to: each in turn, but for those that were refused or limited a while ago
 * (401, 402, 429). How an account's other paths fare is remembered as that of the endpoint `ACCOUNT/*`.
 */
export class RelayAccounts {
  readonly #core: Core
  /** Relays so far, by provider. */
  readonly #turns = new Map<string, number>()
  readonly #known = new WeakMap<Catalogue, Map<string, readonly Provider[]>>()

  constructor(core: Core) {
    this.#core = core
  }

  /** All of a provider's, itself first. */
  #of(provider: Provider): readonly Provider[] {
    const { catalogue } = this.#core
    let known = this.#known.get(catalogue)
    if (!known) {
      known = new Map()
      this.#known.set(catalogue, known)
    }
    const id = provider.account ?? provider.id
    let accounts = known.get(id)
    if (!accounts) {
      accounts = [...catalogue.providers.values()].filter((each) => (each.account ?? each.id) === id)
      known.set(id, accounts)
    }
    return accounts
  }

  /** That which keeps what the path names, else the next one in turn. `client`: fingerprint of its key. */
  for({ provider, operation, path }: Pick<RelayCall, 'provider' | 'operation' | 'path'>, client: string): Provider {
    const accounts = this.#of(provider)
    if (operation !== 'passthrough' || accounts.length < 2) return provider
    const { state, now } = this.#core
    for (const segment of path.split('/')) {
      const keeper = ID.test(segment) ? state.owners.get(client, segment, now()) : undefined
      const found = keeper === undefined ? undefined : accounts.find(({ id }) => id === keeper)
      if (found) return found
    }
    const turn = this.#turns.get(provider.id) ?? 0
    this.#turns.set(provider.id, turn + 1)
    const inTurn = accounts.map((_, at) => accounts[(turn + at) % accounts.length]!)
    return this.#well(inTurn) ?? inTurn[0]!
  }

  /** The first one, unless it rests: what one account keeps the others have not. */
  first(provider: Provider): Provider {
    const accounts = this.#of(provider)
    return accounts.length < 2 ? provider : (this.#well(accounts) ?? provider)
  }

  /** Undefined for a provider with one account, of which there is no choice. */
  begin(provider: Provider): Ticket | undefined {
    if (provider.own || this.#of(provider).length < 2) return undefined
    return this.#core.state.health.begin(anyOf(provider.id), this.#core.now())
  }

  /** The id of an answer, which may be of something that only this account has: later requests for it go there. */
  keep({ provider, account }: Pick<RelayCall, 'provider' | 'account'>, id: string): void {
    if (ID.test(id)) this.#core.state.owners.set(account, [id], provider.id, this.#core.now())
  }

  end(ticket: Ticket, { kind, retryAfterMs }: Pick<RelayResult, 'kind' | 'retryAfterMs'>): void {
    const { state, now } = this.#core
    const counted = kind === 'ok' || OF_ACCOUNT.has(kind) ? kind : 'caller_cancelled'
    state.health.end(ticket, counted, now(), {
      about: counted.startsWith('provider_') ? 'endpoint' : undefined,
      retryAfterMs,
    })
  }

  #well(accounts: readonly Provider[]): Provider | undefined {
    const { state, now } = this.#core
    return accounts.find(({ id }) => state.health.available(anyOf(id), now()))
  }
}
