import { percent } from '../../base/format/numbers.ts'
import type { LoggedRow } from './logged-row.ts'

/** A row may count for so many; what lies above is cut off, and counted as lost. */
const WEIGHT_CAP = 1000
/** Decisions of the strategy that the log cannot speak of: at most this share. */
const MAX_LOST_SHARE = 0.01
export const MIN_ROWS = 100
/** Below this many independent rows' worth, neither the estimate nor its interval is to be trusted. */
const MIN_ESS = 50
/** Standard deviations that the mean weight may be off. */
const MAX_STANDARD_DEVIATIONS = 5
/** Endpoints told apart; the rest share one name. */
const MAX_ENDPOINTS = 5000

/** How well the log covers what a strategy would have done: weights, effective sample size, and what is not covered. */
export class Support {
  rows = 0
  /** Rows whose weight was cut. */
  capped = 0
  #weights = 0
  #squares = 0
  /** Expectations over who comes first, known from the propensities alone: of the weight, and of its square. */
  #expected = 0
  #expectedSquares = 0
  /** Of the weights that a difference to the log has. */
  #moved = 0
  #movedSquares = 0
  #certain = 0
  #changed = 0
  readonly #wanted = new Map<string, number>()

  /** Enters a row, and gives the weight of what was chosen: target over logging propensity, at most `WEIGHT_CAP`. */
  add({ propensities, endpoints, chosen }: LoggedRow, target: Float64Array): number {
    this.rows += 1
    if (propensities[chosen] === 1) this.#certain += 1
    for (let index = 0; index < target.length; index++) {
      const wanted = target[index]!
      const logged = propensities[index]!
      const reached = Math.min(wanted, WEIGHT_CAP * logged)
      this.#expected += reached
      if (logged > 0) this.#expectedSquares += (reached * reached) / logged
      this.#changed += Math.max(0, wanted - logged)
      if (wanted > 0) this.#want(endpoints[index]!, wanted)
    }
    const full = target[chosen]! / propensities[chosen]!
    if (full > WEIGHT_CAP) this.capped += 1
    const weight = Math.min(full, WEIGHT_CAP)
    this.#weights += weight
    this.#squares += weight * weight
    this.#moved += Math.abs(weight - 1)
    this.#movedSquares += (weight - 1) ** 2
    return weight
  }

  #want(endpoint: string, chance: number): void {
    const key = this.#wanted.has(endpoint) || this.#wanted.size < MAX_ENDPOINTS ? endpoint : 'others'
    this.#wanted.set(key, (this.#wanted.get(key) ?? 0) + chance)
  }

  /**
   * Effective sample size: the smaller of Kish's (sum w)^2 / sum w^2, and what the propensities let expect, n / E[w^2],
   * which knows of rare large weights before the first of them has turned up.
   */
  get ess(): number {
    if (this.rows === 0 || this.#squares === 0) return 0
    return Math.min(this.#weights ** 2 / this.#squares, this.rows ** 2 / this.#expectedSquares)
  }

  /**
   * Standard error of a failure rate that comes from failures too rare to be seen: as if there were one more than was
   * counted, with a row's typical weight (in the manner of Agresti and Coull 1998, who add two of each kind).
   * `difference`: of the change against the log.
   */
  get unseenFailures(): { readonly value: number; readonly difference: number } {
    const typical = this.#weights === 0 ? 0 : this.#squares / this.#weights
    const moved = this.#moved === 0 ? 0 : this.#movedSquares / this.#moved
    return { value: typical / this.rows, difference: moved / this.rows }
  }

  /** Share of the strategy's decisions that the log hardly ever or never made. */
  get lost(): number {
    return this.rows === 0 ? 0 : Math.max(0, 1 - this.#expected / this.rows)
  }

  /** Share of the decisions that the strategy would have made differently (total variation). */
  get changed(): number {
    return this.rows === 0 ? 0 : this.#changed / this.rows
  }

  /** Why the strategy cannot be evaluated; undefined when it can. `tried`: first attempts at an endpoint. */
  obstacle(tried: (endpoint: string) => number): string | undefined {
    const { rows, lost } = this
    if (rows < MIN_ROWS) return `there are too few decisions to judge by: ${rows}, and at least ${MIN_ROWS} are needed`
    const remedy = 'Log with exploration (routing.strategy.options.exploration: 0.01) and try again later.'
    if (lost > MAX_LOST_SHARE && this.#certain === rows) {
      return `the log was made without chance, and this strategy decides differently in ${percent(this.changed)} of it. ${remedy}`
    }
    const untried = [...this.#wanted].filter(
      ([endpoint, wanted]) => wanted > MAX_LOST_SHARE * rows && tried(endpoint) === 0,
    )
    if (untried.length > 0) {
      const [endpoint, wanted] = untried[0]!
      return `the log never tried ${endpoint} first, which this strategy does in ${percent(wanted / rows)} of the decisions. ${remedy}`
    }
    if (lost > MAX_LOST_SHARE)
      return `${percent(lost)} of its decisions are such as the log hardly ever made. ${remedy}`
    if (this.ess < MIN_ESS) {
      return `the log is worth only ${this.ess.toFixed(1)} independent decisions of this strategy (effective sample size), and at least ${MIN_ESS} are needed. ${remedy}`
    }
    return this.#wrongPropensities()
  }

  /** The mean weight is 1 - lost, give or take chance, when the logged propensities are true. */
  #wrongPropensities(): string | undefined {
    const mean = this.#weights / this.rows
    const expected = this.#expected / this.rows
    const error = Math.sqrt(Math.max(1e-6, this.#expectedSquares / this.rows - expected ** 2) / this.rows)
    if (Math.abs(mean - expected) <= MAX_STANDARD_DEVIATIONS * error) return undefined
    return `the logged propensities do not fit the logged choices: the mean weight is ${mean.toFixed(2)} and should be ${expected.toFixed(2)}`
  }
}
