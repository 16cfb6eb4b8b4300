import type { Quantiles } from '../base/grid.ts'
import type { Belief, EffectivePrice, OutcomeKind, RecentOutcome } from '../plugins/api.ts'

export type { Outcome } from '../plugins/api.ts'

/** Windows that can be asked for, in seconds. */
export type Window = 30 | 300 | 1800 | 86_400

/** Counts and quantiles over a window. Latencies in ms; undefined without data. */
export interface WindowStats {
  readonly requests: number
  readonly kinds: Readonly<Partial<Record<OutcomeKind, number>>>
  /** ok / (ok + provider faults, without 429); undefined when nothing counts. */
  readonly successRate?: number
  readonly ttftMs?: Quantiles
  readonly totalMs?: Quantiles
  /** Or what the work is counted in, see `Outcome.tokensPerSecond`. */
  readonly tokensPerSecond?: Quantiles
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly costUsd: number
}

export interface Beliefs {
  readonly ttft: Belief
  readonly speed: Belief
  readonly success: { readonly a: number; readonly b: number }
  readonly stall: number
  /** True when its streams come in one piece. */
  readonly buffered?: boolean
  /** Milliseconds until its failures show. */
  readonly detectMs?: number
  /** Share of attempts of late that were answered by a rate limit. */
  readonly limited?: number
  /** Beta parameters of structured answers being well-formed. */
  readonly valid?: { readonly a: number; readonly b: number }
  /** Share of the input that is expected to be read from a prompt cache. */
  readonly cacheShare?: number
  /** How it answers without a pause before is not known, and would be after the next request or two. */
  readonly newInUse?: boolean
  /** Length of its answers over that of the model's other endpoints'; 1 where not enough is known. */
  readonly lengthRatio?: number
  /** How many times slower its answers of the last hour were than those of weeks. In `ttft` already. */
  readonly lately?: number
  /** Its latest answer was much faster than believed. */
  readonly mayHaveChanged?: boolean
  /** Milliseconds that it takes to wake; 0 where it is not idle or never slept. Its share is in `ttft` already. */
  readonly wakingMs?: number
  /** Others agree that it fails now. */
  readonly incident?: boolean
  readonly effectivePrice?: EffectivePrice
  readonly recent?: readonly RecentOutcome[]
}
