import type { LeftOut } from './logged-row.ts'
import type { Objective } from './loss.ts'
import type { Estimate } from './ratio.ts'

/** What `router replay --log --json` prints. Seconds, USD and shares, each the mean over decisions. */
export interface LogEvaluation {
  readonly log: {
    readonly directory: string
    readonly requests: number
    /** Decisions that can be judged. */
    readonly rows: number
    /** ISO times of the oldest and the newest row; absent without rows. */
    readonly from?: string
    readonly to?: string
    readonly left_out: Readonly<Partial<Record<LeftOut, number>>>
  }
  readonly objective: Objective
  /** USD an hour. */
  readonly value_of_time: number
  readonly seeds: number
  /** What was logged, over the same rows; absent with fewer than two. */
  readonly logged?: {
    readonly strategies: Readonly<Record<string, number>>
    readonly loss_s: Estimate
    readonly success_rate: Estimate
    readonly ttft_s?: Estimate
    readonly cost_usd: Estimate
  }
  readonly strategies: readonly StrategyResult[]
  /** What the figures do not say, for people. */
  readonly caveats: readonly string[]
}

export type StrategyResult = EvaluatedStrategy | RefusedStrategy

interface Judged {
  readonly name: string
  readonly rows: number
  /** Rows that lack a field which the strategy ranks by, by field. */
  readonly rows_without?: Readonly<Record<string, number>>
  readonly ess: number
}

export interface EvaluatedStrategy extends Judged, StrategyFigures {
  readonly evaluated: true
  /** Of its decisions, that the log hardly ever made. */
  readonly lost_share: number
  /** Rows whose weight was cut. */
  readonly capped_rows: number
  /** Of its decisions, that differ from the logged ones. */
  readonly changed_share: number
}

export interface StrategyFigures {
  /** `replay` only where all weights are alike. */
  readonly loss_s: {
    readonly dr: Estimate
    readonly snips: Estimate
    readonly ips: Estimate
    readonly replay?: Estimate
  }
  /** Doubly robust, against the strategy at work on the same rows; below zero is better. */
  readonly difference_s: Estimate
  readonly success_rate: Estimate
  /** Of first attempts that succeeded. */
  readonly ttft_s?: Estimate
  readonly cost_usd?: Estimate
}

interface RefusedStrategy extends Judged {
  readonly evaluated: false
  readonly reason: string
}
