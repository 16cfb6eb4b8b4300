import type { Candidate, Ranked } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'

/** A route with its rank and what the strategy knew of it. */
export interface Placed extends Ranked {
  readonly route: Route
  readonly candidate: Candidate
}

/** A route in the order to try. */
export interface PlannedRoute extends Placed {
  /** The model of the chain that it serves. */
  readonly model: string
  /** Milliseconds that a probe, as a request's first attempt, may wait for its first token (or whole body): there is somebody else to ask. */
  readonly patienceMs?: number
}
