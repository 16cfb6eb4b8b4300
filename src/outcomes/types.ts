import type { Quantiles } from '../base/grid.ts'
import type { Belief, EffectivePrice, OutcomeKind, RecentOutcome, Usage } from '../plugins/api.ts'

/** One attempt, as it is booked. */
export interface Outcome {
  readonly endpoint: string
  readonly class: string
  readonly kind: OutcomeKind
  /** Unix milliseconds when it ended. */
  readonly at: number
  readonly stream: boolean
  /** To the first output token; not streaming: to the whole body. */
  readonly ttftMs?: number
  readonly totalMs: number
  /** Output tokens per second after the first token. */
  readonly tokensPerSecond?: number
  readonly usage?: Usage
  readonly costUsd?: number
  /** What it was to cost by list prices and expected tokens, with the cache reads that it had; its effective price is learned against this. */
  readonly listUsd?: number
}

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
  readonly effectivePrice?: EffectivePrice
  readonly recent?: readonly RecentOutcome[]
}
