import type { Candidate, Ranked } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'

/** A route with its rank and what the strategy knew of it. */
export interface Placed extends Ranked {
  readonly route: Route
  readonly candidate: Candidate
}
