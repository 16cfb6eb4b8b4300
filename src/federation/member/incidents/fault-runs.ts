import type { Outcome } from '../../../outcomes/types.ts'
import { FAULT_KINDS, type ReportKind } from '../../protocol/words.ts'

/** So many in a row, as of the hub's own requests: a single one is chance. */
const IN_A_ROW = 2
/** Failures further apart say nothing of each other. */
const TOGETHER_MS = 600_000
/** Endpoints that have just failed; of more, those that did first are forgotten. */
const MAX_RUNS = 200

interface Run {
  count: number
  /** When the last one ended, Unix milliseconds. */
  at: number
}

type Attempt = Pick<Outcome, 'endpoint' | 'kind' | 'at' | 'totalMs' | 'invalidOutput' | 'doubtful'>

/**
 * Failures in a row of each endpoint. A router leaves an endpoint that fails long before it has to be ejected, and asks
 * it again only now and then: that it failed twice is all that it will know for long. What was asked before the first
 * failure was known is the same failure.
 */
export class FaultRuns {
  readonly #runs = new Map<string, Run>()

  /** `failing` from the second failure on, `well` for the first answer after it. */
  learn({ endpoint, kind, at, totalMs, invalidOutput, doubtful }: Attempt): 'failing' | 'well' | undefined {
    if (kind === 'ok') return this.#runs.size === 0 ? undefined : this.#answered(endpoint)
    if (invalidOutput || doubtful || !FAULT_KINDS.includes(kind as ReportKind)) return undefined
    const run = this.#runs.get(endpoint)
    if (run && Math.abs(at - run.at) <= TOGETHER_MS) {
      if (at - totalMs < run.at) return undefined
      run.count += 1
      run.at = at
      return run.count >= IN_A_ROW ? 'failing' : undefined
    }
    this.#runs.delete(endpoint)
    if (this.#runs.size >= MAX_RUNS) this.#runs.delete(this.#runs.keys().next().value!)
    this.#runs.set(endpoint, { count: 1, at })
    return undefined
  }

  #answered(endpoint: string): 'well' | undefined {
    const run = this.#runs.get(endpoint)
    this.#runs.delete(endpoint)
    return run && run.count >= IN_A_ROW ? 'well' : undefined
  }
}
