import type { Beliefs } from '../../outcomes/types.ts'
import type { Usage } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'
import type { Codec } from '../codec.ts'
import type { EngineState } from '../state/state.ts'

export interface BeliefsAsked {
  /** Ids of the endpoints to choose from. */
  readonly peers: readonly string[]
  readonly stream: boolean
  /** False where no list price is known. */
  readonly listed: boolean
}

/** What the outcomes so far say, as ranking needs it. */
export interface Ledger {
  /**
   * Grows with every outcome that says what was not believed: a fault, the end of faults, anything of an endpoint
   * hardly known.
   */
  readonly surprises: number
  /** Grows when an endpoint turns out slower or faster than it just was. */
  readonly shifts: number
  /** Outcomes learned from. */
  readonly learned: number
  beliefs(endpoint: string, workload: string, now: number, context: BeliefsAsked): Required<Beliefs>
  /** Tokens of output to expect of a model in a class, before the client's own limit. */
  expectedOutput(model: string, workload: string): number
  /** USD; `cachedTokens` of the input are expected to be read from a prompt cache. `work`: of the demand. */
  price(
    route: Route,
    inputTokens: number,
    outputTokens: number,
    cachedTokens: number,
    serviceTier?: string,
    work?: Usage,
  ): number | undefined
}

export interface PlannerParts {
  readonly codec: Pick<Codec, 'converts'>
  readonly health: EngineState['health']
  /** In its place for requests that count. */
  readonly countingHealth: EngineState['countingHealth']
  readonly limits: EngineState['limits']
  readonly ledger: Ledger
  readonly random: () => number
}
