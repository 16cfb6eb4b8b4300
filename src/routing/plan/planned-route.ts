import { candidateJson } from '../../outcomes/log/record-line.ts'
import type { Candidate, CandidateRecord, Endpoint, Ranked } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'
import { candidateRecord } from './candidate-record.ts'

/**
 * A route in the order to try, with its rank and what the strategy knew of it. Nothing of it changes: many requests may
 * share it, and so what the decision log holds of it.
 */
export class PlannedRoute {
  readonly route: Route
  readonly candidate: Candidate
  /** The model of the chain that it serves. */
  readonly model: string
  readonly ranked: Ranked
  /** Probability that it came first, preferences and the conversation's home included. */
  readonly propensity: number
  /**
   * Milliseconds that a probe, as a request's first attempt, may wait for its first token (or whole body): there is
   * somebody else to ask.
   */
  readonly patienceMs: number | undefined
  /** In place of the strategy's own. */
  readonly #why: string | undefined
  #moved: PlannedRoute | undefined
  #record: CandidateRecord | undefined
  #json: Uint8Array | undefined

  constructor(
    route: Route,
    candidate: Candidate,
    model: string,
    ranked: Ranked,
    propensity = ranked.propensity,
    why?: string,
    patienceMs?: number,
  ) {
    this.route = route
    this.candidate = candidate
    this.model = model
    this.ranked = ranked
    this.propensity = propensity
    this.#why = why
    this.patienceMs = patienceMs
  }

  get endpoint(): Endpoint {
    return this.route.endpoint
  }

  get score(): number {
    return this.ranked.score
  }

  get why(): string {
    return this.#why ?? this.ranked.why
  }

  /** The same for another reason, or with another chance to come first. */
  placed(propensity: number, why = this.#why): PlannedRoute {
    if (propensity === this.propensity && why === this.#why) return this
    const moved = this.#moved
    if (moved && moved.propensity === propensity && moved.#why === why) return moved
    this.#moved = new PlannedRoute(
      this.route,
      this.candidate,
      this.model,
      this.ranked,
      propensity,
      why,
      this.patienceMs,
    )
    return this.#moved
  }

  asProbe(patienceMs: number): PlannedRoute {
    return new PlannedRoute(this.route, this.candidate, this.model, this.ranked, this.propensity, this.#why, patienceMs)
  }

  /** For the decision log, made when first asked for. */
  get record(): CandidateRecord {
    this.#record ??= candidateRecord(this)
    return this.#record
  }

  /** `record` as JSON in the decision log's field names, made when first asked for. Not to be changed. */
  get json(): Uint8Array {
    this.#json ??= candidateJson(this.record)
    return this.#json
  }
}
