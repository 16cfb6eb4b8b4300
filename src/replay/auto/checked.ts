import type { ModelSelection } from '../../plugins/api.ts'

/** Of them it is known beforehand who answers first, so that they cannot be compared by chance. */
export interface CheckedReport {
  readonly requests: number
  /** Those where every check that could say something passed, where one failed, and where none could. */
  readonly passed: number
  readonly failed: number
  readonly unknown: number
  /** Those where a better model was asked in place of another. */
  readonly escalated: number
  /** USD, with answers that were thrown away; and beside it that of the checks themselves. */
  readonly spent_usd: number
  readonly checks_usd: number
  /** What the best model alone was expected to cost, by its price; null where that is not known. */
  readonly best_usd: number | null
}

/** Sums over the requests of a selector whose answers were checked. */
export class Checked {
  requests = 0
  passed = 0
  failed = 0
  unknown = 0
  escalated = 0
  spentUsd = 0
  checksUsd = 0
  /** Sums of expected prices, by model; NaN where one is not known. */
  readonly expectedUsd = new Map<string, number>()

  add({ models, checks = [] }: ModelSelection, costUsd: number): void {
    if (checks.length === 0) return
    this.requests++
    if (checks.some(({ passed }) => passed === false)) this.failed++
    else if (checks.some(({ passed }) => passed)) this.passed++
    else this.unknown++
    if (checks.some(({ escalated }) => escalated)) this.escalated++
    this.spentUsd += costUsd
    for (const { costUsd: own = 0 } of checks) this.checksUsd += own
    for (const { model, priceUsd = Number.NaN } of models)
      this.expectedUsd.set(model, (this.expectedUsd.get(model) ?? 0) + priceUsd)
  }

  report(best: string): CheckedReport | null {
    if (this.requests === 0) return null
    const { requests, passed, failed, unknown, escalated, spentUsd, checksUsd } = this
    const expected = this.expectedUsd.get(best) ?? Number.NaN
    return {
      requests,
      passed,
      failed,
      unknown,
      escalated,
      spent_usd: spentUsd,
      checks_usd: checksUsd,
      best_usd: Number.isNaN(expected) ? null : expected,
    }
  }
}
