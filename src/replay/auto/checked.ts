import type { ModelSelection, RequestRecord } from '../../plugins/api.ts'
import { type Estimate, Z95 } from './estimate.ts'

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
  /**
   * What the best model alone would have cost: its own answers what they did, others in the proportion of both models'
   * prices for the request, free ones its expected price. And what of it is saved, checks and what was thrown away
   * included, with the interval of so many different requests. Null where no price is known.
   */
  readonly best_usd: number | null
  readonly saved_usd: Estimate | null
}

/** Over requests; NaN where a price is not known. */
interface Sums {
  alone: number
  saved: number
  squares: number
}

type Answer = Pick<RequestRecord, 'model' | 'attempts'>

/** Sums over the requests of a selector whose answers were checked. */
export class Checked {
  requests = 0
  passed = 0
  failed = 0
  unknown = 0
  escalated = 0
  spentUsd = 0
  checksUsd = 0
  /** Of each model, had it been asked alone. */
  readonly #sums = new Map<string, Sums>()

  /** `costUsd`: of all attempts. */
  add({ models, checks = [] }: ModelSelection, { model, attempts }: Answer, costUsd: number): void {
    if (checks.length === 0) return
    this.requests++
    if (checks.some(({ passed }) => passed === false)) this.failed++
    else if (checks.some(({ passed }) => passed)) this.passed++
    else this.unknown++
    if (checks.some(({ escalated }) => escalated)) this.escalated++
    this.spentUsd += costUsd
    const checksUsd = checks.reduce((sum, { costUsd: own = 0 }) => sum + own, 0)
    this.checksUsd += checksUsd
    const answerUsd = attempts.findLast(({ kind }) => kind === 'ok')?.costUsd
    // It counts as nothing, on both sides.
    if (answerUsd === undefined) return
    const own = models.find((each) => each.model === model)?.priceUsd ?? Number.NaN
    for (const { model: name, priceUsd = Number.NaN } of models) {
      const alone = name === model || priceUsd === own ? answerUsd : own === 0 ? priceUsd : (answerUsd * priceUsd) / own
      const sums = this.#sums.get(name) ?? { alone: 0, saved: 0, squares: 0 }
      const saved = alone - costUsd - checksUsd
      sums.alone += alone
      sums.saved += saved
      sums.squares += saved ** 2
      this.#sums.set(name, sums)
    }
  }

  report(best: string): CheckedReport | null {
    if (this.requests === 0) return null
    const { requests, passed, failed, unknown, escalated, spentUsd, checksUsd } = this
    const { alone, saved, squares } = this.#sums.get(best) ?? { alone: Number.NaN, saved: 0, squares: 0 }
    const isKnown = Number.isFinite(alone)
    const spread = Math.sqrt(Math.max(0, squares - saved ** 2 / requests) * (requests / Math.max(1, requests - 1)))
    return {
      requests,
      passed,
      failed,
      unknown,
      escalated,
      spent_usd: spentUsd,
      checks_usd: checksUsd,
      best_usd: isKnown ? alone : null,
      saved_usd: isKnown ? { mean: saved, low: saved - Z95 * spread, high: saved + Z95 * spread, n: requests } : null,
    }
  }
}
