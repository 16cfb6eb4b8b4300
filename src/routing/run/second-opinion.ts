import type { AttemptRecord, OutcomeKind } from '../../plugins/api.ts'
import type { Provider } from '../catalogue.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'

/**
 * What one maker refuses as invalid another one may take: a history begun elsewhere, a field that only some know. So a
 * request that was refused is sent to one endpoint of another maker of the same model: a fallback is for what the model
 * cannot do, and not for what the caller got wrong. If that one does not answer it either, the first refusal stands.
 */
export class SecondOpinion {
  /** The refusal that the client gets unless somebody answers. */
  refusal: AttemptRecord | undefined
  #refusedBy: Provider | undefined
  #given = false

  /** The request has been refused, and nobody else asked yet. */
  get isWanted(): boolean {
    return this.#refusedBy !== undefined && !this.#given
  }

  /** The refusal was of something that the client did not ask for: it counts for nothing. */
  forget(): void {
    this.refusal = undefined
    this.#refusedBy = undefined
    this.#given = false
  }

  /** An attempt has ended as `kind`, the last of `attempts`. The kind by which the request goes on. */
  heed(kind: OutcomeKind, { route }: PlannedRoute, attempts: readonly AttemptRecord[]): OutcomeKind {
    if (this.#refusedBy) {
      this.#given = true
      return kind === 'ok' || kind === 'caller_cancelled' ? kind : 'caller_invalid'
    }
    if (kind === 'caller_invalid') {
      this.#refusedBy = route.provider
      this.refusal = attempts.at(-1)
    }
    return kind
  }

  /**
   * Who may be asked of these: once the request has been refused other makers only, those that speak another wire
   * first.
   */
  among(routes: readonly PlannedRoute[]): readonly PlannedRoute[] {
    const by = this.#refusedBy
    if (!by) return routes
    const others = this.#given ? [] : routes.filter(({ route }) => route.provider.id !== by.id)
    const isAlike = ({ route }: PlannedRoute) => Number(wireOf(route.provider) === wireOf(by))
    return others.sort((a, b) => isAlike(a) - isAlike(b))
  }
}

const wireOf = ({ adapter }: Provider) => adapter.wires.chat?.[0]
