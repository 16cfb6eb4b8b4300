import type { Operation, Wire } from '../../plugins/api.ts'
import type { OwnAccount } from '../catalogue.ts'
import type { Home } from '../conversation/affinity.ts'
import type { Demand, Held } from '../ports.ts'

/** What is asked for, and in which wire. */
export interface Asked {
  readonly operation: Operation
  readonly wire: Wire
}

/** A request, as far as it bears on whom to ask. */
export interface PlanInput extends Asked {
  readonly stream: boolean
  readonly demand: Demand
  readonly class: string
  readonly inputTokens: number
  /** Where the conversation was last answered, while its prompt cache lives. */
  readonly home: Home | undefined
  /** USD that an hour of waiting costs this client; undefined: as the strategy is set. */
  readonly valueOfTime?: number | undefined
  /** What only who keeps it can answer. */
  readonly held?: Held | undefined
  /** The accounts of the client's own that are to be asked, and nobody else. */
  readonly own?: OwnAccount | undefined
  /** Of the random numbers that the strategy gets; see `drawSeed`. */
  readonly seed: number
  /** Unix ms. */
  readonly now: number
}
