import type { LoggedRow } from './logged-row.ts'
import { FAIL_COST_S, MEASURES } from './loss.ts'
import type { OutcomeModel } from './outcome-model.ts'
import { type Estimate, Ratio } from './ratio.ts'
import type { StrategyFigures, StrategyResult } from './report-types.ts'
import { MIN_ROWS, Support } from './support.ts'

/** Weights nearer to each other than this are the same. */
const SAME = 1e-2

/** All estimators for one strategy, fed row by row. Memory does not grow with the rows. */
export class StrategyEvaluation {
  readonly #support = new Support()
  readonly #ips = new Ratio()
  readonly #snips = new Ratio()
  readonly #robust = new Ratio()
  readonly #replay = new Ratio()
  readonly #success = new Ratio()
  readonly #ttft = new Ratio()
  readonly #cost = new Ratio()
  readonly #difference = new Ratio()
  #lightest = Number.POSITIVE_INFINITY
  #heaviest = 0
  readonly #missing = new Map<string, number>()
  #failure: string | undefined

  /** `target`: the strategy's chances. `predicted`: per candidate what the model expects, see `MEASURES`. */
  add(row: LoggedRow, target: Float64Array, predicted: readonly Float64Array[]): void {
    const { time, chosen, outcome } = row
    const weight = this.#support.add(row, target)
    // Doubly robust: the model's expectation of the target, corrected by the weighted error that the model made on what
    // was chosen.
    const robust = (measure: number) => {
      let sum = weight * (outcome.values[measure]! - predicted[chosen]![measure]!)
      for (let index = 0; index < target.length; index++) sum += target[index]! * predicted[index]![measure]!
      return sum
    }
    const loss = outcome.values[MEASURES.loss]!
    const success = robust(MEASURES.success)
    const robustLoss = robust(MEASURES.loss)
    this.#ips.add(time, weight * loss)
    this.#snips.add(time, weight * loss, weight)
    this.#robust.add(time, robustLoss)
    this.#difference.add(time, robustLoss - this.#robustLogged(row, predicted))
    this.#success.add(time, success)
    this.#ttft.add(time, robust(MEASURES.ttft), success)
    this.#cost.add(time, robust(MEASURES.cost))
    if (weight === 0) return
    this.#replay.add(time, loss)
    this.#lightest = Math.min(this.#lightest, weight)
    this.#heaviest = Math.max(this.#heaviest, weight)
  }

  /** The same for the strategy at work, so that luck in its draws is no difference; what was chosen has weight 1. */
  #robustLogged({ propensities, chosen, outcome }: LoggedRow, predicted: readonly Float64Array[]): number {
    let sum = outcome.values[MEASURES.loss]! - predicted[chosen]![MEASURES.loss]!
    for (let index = 0; index < propensities.length; index++)
      sum += propensities[index]! * predicted[index]![MEASURES.loss]!
    return sum
  }

  /** The log does not hold a field of this row that the strategy ranks by. */
  addMissing(field: string): void {
    if (this.#missing.has(field) || this.#missing.size < 20)
      this.#missing.set(field, (this.#missing.get(field) ?? 0) + 1)
  }

  /** It cannot be asked at all. */
  fail(reason: string): void {
    this.#failure ??= reason
  }

  get failed(): boolean {
    return this.#failure !== undefined
  }

  result(name: string, model: OutcomeModel): StrategyResult {
    const support = this.#support
    const { rows } = support
    const missing = Object.fromEntries(this.#missing)
    const known = { name, rows, ...(this.#missing.size > 0 && { rows_without: missing }) }
    const reason = this.#failure ?? this.#unlogged(rows) ?? support.obstacle((endpoint) => model.tried(endpoint))
    const estimates = reason === undefined ? this.#estimates() : undefined
    if (!estimates) return { ...known, evaluated: false, reason: reason ?? 'nothing was measured', ess: support.ess }
    const { ess, lost, capped, changed } = support
    return {
      ...known,
      evaluated: true,
      ess,
      lost_share: lost,
      capped_rows: capped,
      changed_share: changed,
      ...estimates,
    }
  }

  #unlogged(rows: number): string | undefined {
    if (rows >= MIN_ROWS || this.#missing.size === 0) return undefined
    const fields = [...this.#missing.keys()].join(', ')
    const count = [...this.#missing.values()].reduce((sum, value) => sum + value, 0)
    return `it ranks by what the log does not hold (${fields}; in ${count} decisions)`
  }

  #estimates(): StrategyFigures | undefined {
    const freedom = this.#support.ess - 1
    const { value: failures, difference: moved } = this.#support.unseenFailures
    const ofLoss = (ratio: Ratio) => ratio.estimate(freedom, FAIL_COST_S * failures)
    const [ips, snips, dr] = [this.#ips, this.#snips, this.#robust].map(ofLoss)
    const difference = this.#difference.estimate(freedom, FAIL_COST_S * moved)
    const success = within(this.#success.estimate(freedom, failures), 0, 1)
    if (!ips || !snips || !dr || !difference || !success) return undefined
    const alike = this.#heaviest - this.#lightest <= SAME * this.#heaviest
    const replay = alike ? ofLoss(this.#replay) : undefined
    const ttft = within(this.#ttft.estimate(freedom), 0)
    const cost = within(this.#cost.estimate(freedom), 0)
    return {
      loss_s: { dr, snips, ips, ...(replay && { replay }) },
      difference_s: difference,
      success_rate: success,
      ...(ttft && { ttft_s: ttft }),
      ...(cost && { cost_usd: cost }),
    }
  }
}

/** A doubly robust estimate may leave the range of what it estimates; what is reported does not. */
function within(estimate: Estimate | undefined, low: number, high = Number.POSITIVE_INFINITY): Estimate | undefined {
  if (!estimate) return undefined
  const inside = (value: number) => Math.min(high, Math.max(low, value))
  return { value: inside(estimate.value), ci95: [inside(estimate.ci95[0]), inside(estimate.ci95[1])] }
}
