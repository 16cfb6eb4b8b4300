import type { Endpoint } from './endpoint.ts'
import type { OutcomeKind } from './words.ts'

/** A posterior as a strategy sees it: mean and sd on the natural-log scale, and how much data stands behind it. */
export interface Belief {
  readonly mean: number
  readonly sd: number
  readonly n: number
  /**
   * `probe`: the map of a hub, of what that measured itself; `unused`: a guess from others having it and using its
   * peers instead.
   */
  readonly from: 'cell' | 'endpoint' | 'map' | 'probe' | 'unused' | 'peers' | 'global'
}

/** What is really paid, over what list prices and expected tokens come to. */
export interface EffectivePrice {
  /** 1: as expected. */
  readonly ratio: number
  /** Answers behind it, decayed. */
  readonly n: number
}

/** An eligible endpoint, with all that a strategy may know of it. */
export interface Candidate {
  readonly endpoint: Endpoint
  /** Place in the configuration, from 0. */
  readonly position: number
  /** Log milliseconds to the first output token (not streaming: to the whole body). */
  readonly ttft: Belief
  /** Log output tokens per second after the first token; see `Outcome.tokensPerSecond` for other units. */
  readonly speed: Belief
  /** Beta parameters of success, caller faults and 429 not counted. */
  readonly success: { readonly a: number; readonly b: number }
  /** USD for this request, at its effective price; undefined when no price is known. */
  readonly estimatedPrice: number | undefined
  /** Fast layer, >= 1: how much slower than believed it is right now. */
  readonly stall: number
  readonly inFlight: number
  /** Concurrent requests that it bears, learned from 429s; Infinity when never limited. */
  readonly cap: number
  readonly health: 'closed' | 'half-open' | 'ramping'
  /** True when it failed significantly in the last 30 s. */
  readonly outage: boolean
  /** Sequence number of the last time it was tried first; 0 is never. */
  readonly lastPicked: number
  /**
   * True when it sends its streams in one piece: then the time to the first token is the time to the last one, and
   * `speed` says nothing.
   */
  readonly buffered?: boolean
  /** Milliseconds until its failures show, learned. */
  readonly detectMs?: number
  /** Share of attempts of late that were answered by a rate limit; these do not count against `success`. */
  readonly limited?: number
  /** Beta parameters of structured answers (tools, JSON schema) being well-formed. */
  readonly valid?: { readonly a: number; readonly b: number }
  /** Length of its answers over that of the model's other endpoints', learned; absent or 1: nothing unusual. */
  readonly lengthRatio?: number
  /** How many times slower its answers of the last hour were than those of weeks; in `ttft` already. */
  readonly lately?: number
  /** Milliseconds that it takes to wake, where it is idle and was seen to sleep; its share is in `ttft` already. */
  readonly wakingMs?: number
  /** A hub announces an incident of it; in `success` already. */
  readonly incident?: boolean
  /** Already in `estimatedPrice`. */
  readonly effectivePrice?: EffectivePrice
  /** The last minute against the operator's own `limits`; absent without limits. */
  readonly used?: { readonly requests: number; readonly tokens: number; readonly rpm?: number; readonly tpm?: number }
  /** Its latest outcomes, oldest first, at most 10. */
  readonly recent?: readonly RecentOutcome[]
}

/** One of an endpoint's latest outcomes, as its client felt it. */
export interface RecentOutcome {
  readonly kind: OutcomeKind
  /** Unix ms when it ended. */
  readonly at: number
  readonly stream: boolean
  readonly totalMs: number
  readonly ttftMs?: number
  readonly outputTokens?: number
}

export interface RouteRequest {
  /** Workload class, e.g. `chat.lt1k.plain`. */
  readonly class: string
  readonly inputTokens: number
  /** In classes whose work is counted otherwise (see `Outcome.tokensPerSecond`), so many of that. */
  readonly expectedOutputTokens: number
  readonly stream: boolean
  /** Endpoint that the running conversation is at home at, while its prompt cache lives: no request to explore with. */
  readonly sticky?: string
  /** USD that an hour of waiting costs this client, in place of a strategy's own; absent: it says nothing. */
  readonly valueOfTime?: number
}

export interface Ranked {
  readonly endpoint: Endpoint
  /** On the strategy's own scale; smaller or larger is better as the strategy documents. */
  readonly score: number
  /** Probability that this endpoint came first. Sums to one over the result. */
  readonly propensity: number
  /** A few words for `router explain`. It may be a getter: most decisions are never explained. */
  readonly why: string
}

/** A ranking of which everything but the draw has been done. */
export interface PreparedRanking {
  /**
   * What `rank` would give, with the same random numbers. `candidates` are those that were prepared for, in the same
   * order, and may be the very same objects: only their `inFlight`, `cap`, `stall`, `lastPicked` and `used` may have
   * changed since, and will change again. Pure; what it returns may be shared between draws, and is recorded as it is as
   * long as it is the same object.
   */
  draw(candidates: readonly Candidate[], random: () => number): readonly Ranked[]
}

export interface RoutingStrategy {
  /**
   * Which conversations stay at the endpoint that has their prompt cache. `named`: only those that the client names
   * (`session_id`), so that shares hold although all requests of an app begin alike. Default `all`.
   */
  readonly affinity?: 'all' | 'named'
  /** Every candidate, in the order to try; [] for []. Pure and synchronous. */
  rank(
    request: RouteRequest,
    candidates: readonly Candidate[],
    world: { readonly random: () => number; readonly now: number },
  ): readonly Ranked[]
  /**
   * Optional, for speed: does once what many decisions have in common. Beliefs that hardly move are read anew ten times
   * a second at most, and in between decisions are drawn from this. Only for a strategy that does not look at
   * the time.
   */
  prepare?(request: RouteRequest, candidates: readonly Candidate[]): PreparedRanking
}
