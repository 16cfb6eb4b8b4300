import type { FederationAgent } from '../federation/member/agent.ts'
import type { QualityDelta } from '../outcomes/quality/quality.ts'
import type { UsageDelta } from '../outcomes/usage/usage-book.ts'
import type { StateDelta } from '../plugins/api.ts'
import type { Archive, ItemsDelta } from '../responses/archive.ts'
import type { Engine } from '../routing/engine.ts'
import { mergeState } from '../routing/state/state.ts'
import type { OutcomeListener, RouterBooks } from './books.ts'
import type { State } from './state.ts'

/** What requests leave behind, and where it is looked up. */
export type AppState = Pick<State, 'book' | 'record' | 'write' | 'find' | 'stopSearching' | 'close'>

/** Small values, each true by itself, so that their order does not matter. */
export type SharedDelta = StateDelta | QualityDelta | UsageDelta | ItemsDelta

/**
 * Of a process that answers beside others of the same router. Another one holds what they leave behind, and the
 * membership of a hub.
 */
export interface Sharing {
  /** How many there are beside this one. */
  readonly others: number
  /** When the router was started, Unix milliseconds. */
  readonly startedAt: number
  /** Gets what this one learns. It may neither throw nor wait. */
  readonly onDelta: (delta: SharedDelta) => void
  /** Those of all processes, for Prometheus. */
  readonly metrics: () => Promise<string>
}

/** What gets the outcomes of a process that answers beside others; undefined for one that is alone. */
export const shareOutcomes = (sharing: Sharing | undefined): OutcomeListener | undefined =>
  sharing && ((outcome, model, textBytes) => sharing.onDelta({ of: 'outcome', outcome, model, textBytes }))

interface Learners {
  readonly books: RouterBooks
  readonly archive: Archive
  readonly engine: Engine
  readonly federation: FederationAgent | undefined
}

/** Takes over what another process of this router has learned. */
export function mergeDelta(delta: SharedDelta, { archive, books, engine, federation }: Learners): void {
  switch (delta.of) {
    case 'items':
      archive.merge(delta)
      break
    case 'outcome':
      books.merge(delta.outcome, delta.model, delta.textBytes)
      federation?.learn(delta.outcome)
      break
    case 'usage':
      books.usage.merge(delta)
      break
    case 'judgement':
    case 'opinion':
    case 'pace':
      books.quality.merge(delta)
      break
    default:
      mergeState(engine.state, delta, engine.now())
      // What an endpoint does not have at all is no news to others.
      if (delta.of === 'health' && delta.state !== 'limited' && delta.operation === undefined)
        federation?.healthChanged({
          endpoint: delta.endpoint,
          state: delta.state === 'open' ? 'open' : 'ramping',
          alert: delta.alert ?? false,
        })
  }
}
