import { CandidateText } from '../../outcomes/log/record-line.ts'
import type { Candidate, CandidateRecord, Ranked } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'
import { candidateRecord, rankRecord } from './candidate-record.ts'

/**
 * A route with its rank and what the strategy knew of it, but for what is in flight there: that changes with every
 * request, and most often changes nothing else. So many requests share it, and what the decision log holds of it.
 */
export class RankedRoute {
  readonly route: Route
  /** Its load is that of this moment, not that of the ranking. */
  readonly candidate: Candidate
  /** The model of the chain that it serves. */
  readonly model: string
  readonly ranked: Ranked
  /** Of the candidate, when it was ranked. */
  readonly stall: number
  readonly cap: number
  /** Probability that it came first, preferences and the conversation's home included. */
  readonly propensity: number
  /** In place of the strategy's own. */
  readonly #why: string | undefined
  readonly #text: CandidateText
  #moved: RankedRoute | undefined
  #record: CandidateRecord | undefined
  #json: Uint8Array | undefined

  constructor(
    route: Route,
    candidate: Candidate,
    model: string,
    ranked: Ranked,
    { stall, cap }: Pick<Candidate, 'stall' | 'cap'> = candidate,
    propensity = ranked.propensity,
    why?: string,
    text = new CandidateText(),
  ) {
    this.route = route
    this.candidate = candidate
    this.model = model
    this.ranked = ranked
    this.stall = stall
    this.cap = cap
    this.propensity = propensity
    this.#why = why
    this.#text = text
  }

  get why(): string {
    return this.#why ?? this.ranked.why
  }

  /** The same for another reason, or with another chance to come first. */
  placed(propensity: number, why = this.#why): RankedRoute {
    if (propensity === this.propensity && why === this.#why) return this
    const moved = this.#moved
    if (moved && moved.propensity === propensity && moved.#why === why) return moved
    const { route, candidate, model, ranked } = this
    this.#moved = new RankedRoute(route, candidate, model, ranked, this, propensity, why, this.#text)
    return this.#moved
  }

  /** The same candidate, or another copy of it, ranked anew by the load that it has now. */
  again(ranked: Ranked, candidate: Candidate): RankedRoute {
    const { route, model } = this
    return new RankedRoute(route, candidate, model, ranked, candidate, ranked.propensity, undefined, this.#text)
  }

  /** For the decision log, without what is in flight; made when first asked for. */
  get record(): CandidateRecord {
    this.#record ??= candidateRecord(this)
    return this.#record
  }

  /** `record` as JSON, see `CandidateText`; made when first asked for. Not to be changed. */
  get json(): Uint8Array {
    this.#json ??= this.#text.json(rankRecord(this), this)
    return this.#json
  }
}
