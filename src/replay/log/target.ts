import { BoundedMap } from '../../base/bounded-map.ts'
import { seeded } from '../../base/random.ts'
import type { RoutingStrategy } from '../../plugins/api.ts'
import { NotLogged } from './logged-candidate.ts'
import type { LoggedRow } from './logged-row.ts'

/** So many rows are asked with every seed, to learn whether the strategy's propensities depend on it. */
const TRIAL_ROWS = 50
/** As many as a router remembers. */
const ENDPOINTS = 5_000
const SUMS_TO_ONE = 1e-6

/** The strategy under evaluation cannot be asked; the message says why. */
export class TargetFailure {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

/**
 * With which chance a strategy would have put each candidate of a row first. A strategy is pure, so the one of
 * production is asked. By contract its propensity is that chance; one that only estimates it, differently for each
 * seed, is right on average, so the mean over `seeds` is taken (unbiased, and then so are the estimates). One whose
 * propensities do not depend on the seed in 50 rows is asked once from there on.
 *
 * Whom it would have picked before is its own memory: `lastPicked` counts the picks that it made on the rows before,
 * whatever was logged.
 */
export class Target {
  readonly #strategy: RoutingStrategy
  readonly #seeds: number
  readonly #picked = new BoundedMap<string, number>(ENDPOINTS)
  #asked = 0
  #varies = false

  constructor(strategy: RoutingStrategy, seeds: number) {
    this.#strategy = strategy
    this.#seeds = seeds
  }

  /** Throws NotLogged, or TargetFailure. */
  chances(row: LoggedRow): Float64Array {
    const seeds = this.#varies || this.#asked < TRIAL_ROWS ? this.#seeds : 1
    const mean = new Float64Array(row.candidates.length)
    let first: Float64Array | undefined
    for (const [index, endpoint] of row.endpoints.entries())
      row.candidates[index]!.lastPicked = this.#picked.get(endpoint) ?? 0
    let picked: string | undefined
    for (let seed = 0; seed < seeds; seed++) {
      const { chances: once, pick } = this.#ask(row, this.#asked * this.#seeds + seed)
      picked ??= pick
      first ??= once
      for (let index = 0; index < mean.length; index++) {
        mean[index]! += once[index]! / seeds
        if (Math.abs(once[index]! - first[index]!) > SUMS_TO_ONE) this.#varies = true
      }
    }
    this.#asked += 1
    if (picked !== undefined) this.#picked.set(picked, this.#asked)
    return mean
  }

  #ask(row: LoggedRow, seed: number): { readonly chances: Float64Array; readonly pick: string | undefined } {
    const chances = new Float64Array(row.candidates.length)
    let sum = 0
    let pick: string | undefined
    try {
      for (const { endpoint, propensity } of this.#strategy.rank(row.request, row.candidates, {
        random: seeded(seed),
        now: row.time,
      })) {
        pick ??= endpoint.id
        chances[row.endpoints.indexOf(endpoint.id)] = propensity
        sum += propensity
      }
    } catch (error) {
      if (error instanceof NotLogged) throw error
      throw new TargetFailure(`it failed: ${error instanceof Error ? error.message : String(error)}`)
    }
    if (!(Math.abs(sum - 1) < SUMS_TO_ONE)) throw new TargetFailure(`its propensities sum to ${sum}, not to 1`)
    return { chances, pick }
  }
}
