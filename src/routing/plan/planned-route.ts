import type { PlannedCandidate } from '../../outcomes/log/finished-request.ts'
import type { Candidate, CandidateRecord, Endpoint } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'
import type { RankedRoute } from './ranked-route.ts'

/** A route in the order to try, for one request. Nothing of it changes. */
export class PlannedRoute implements PlannedCandidate {
  readonly of: RankedRoute
  /** When it was planned. */
  readonly inFlight: number
  /** Milliseconds that a probe may wait for its first token (or whole body) while there is somebody else to ask. */
  readonly patienceMs: number | undefined

  constructor(of: RankedRoute, inFlight: number, patienceMs?: number) {
    this.of = of
    this.inFlight = inFlight
    this.patienceMs = patienceMs
  }

  get route(): Route {
    return this.of.route
  }

  get endpoint(): Endpoint {
    return this.of.route.endpoint
  }

  get candidate(): Candidate {
    return this.of.candidate
  }

  get model(): string {
    return this.of.model
  }

  /** How many times slower than believed it was when it was planned. */
  get stall(): number {
    return this.of.stall
  }

  get score(): number {
    return this.of.ranked.score
  }

  get propensity(): number {
    return this.of.propensity
  }

  get why(): string {
    return this.of.why
  }

  /** The same for another reason, or with another chance to come first. */
  placed(propensity: number, why?: string): PlannedRoute {
    const moved = this.of.placed(propensity, why)
    return moved === this.of ? this : new PlannedRoute(moved, this.inFlight, this.patienceMs)
  }

  asProbe(patienceMs: number): PlannedRoute {
    return new PlannedRoute(this.of, this.inFlight, patienceMs)
  }

  get record(): CandidateRecord {
    const { record } = this.of
    return this.inFlight > 0 ? { ...record, inFlight: this.inFlight } : record
  }

  get json(): Uint8Array {
    return this.of.json
  }
}
