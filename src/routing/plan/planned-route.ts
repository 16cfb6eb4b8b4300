import { candidateJson } from '../../outcomes/log/record-line.ts'
import type { Candidate, CandidateRecord, Endpoint } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'
import { candidateRecord } from './candidate-record.ts'
import type { Placed } from './placed.ts'

/** A route in the order to try. It may be shared by many requests, and so may what the decision log holds of it. */
export class PlannedRoute implements Placed {
  readonly endpoint: Endpoint
  readonly score: number
  readonly propensity: number
  readonly why: string
  readonly route: Route
  readonly candidate: Candidate
  /** The model of the chain that it serves. */
  readonly model: string
  /**
   * Milliseconds that a probe, as a request's first attempt, may wait for its first token (or whole body): there is
   * somebody else to ask.
   */
  readonly patienceMs: number | undefined
  #record: CandidateRecord | undefined
  #json: Uint8Array | undefined

  constructor({ endpoint, score, propensity, why, route, candidate }: Placed, model: string, patienceMs?: number) {
    this.endpoint = endpoint
    this.score = score
    this.propensity = propensity
    this.why = why
    this.route = route
    this.candidate = candidate
    this.model = model
    this.patienceMs = patienceMs
  }

  /** For the decision log, made when first asked for. */
  get record(): CandidateRecord {
    this.#record ??= candidateRecord(this, this.model)
    return this.#record
  }

  /** `record` as JSON in the decision log's field names, made when first asked for. Not to be changed. */
  get json(): Uint8Array {
    this.#json ??= candidateJson(this.record)
    return this.#json
  }
}
