import type { Outcome } from './record.ts'

/**
 * What changed in the state that routers in front of the same endpoints share. Small values that JSON can hold, each
 * true by itself, so that their order does not matter. Times are Unix milliseconds.
 */
export type StateDelta = OutcomeDelta | HealthDelta | HomeDelta | OwnedDelta | LimitDelta

/** An attempt that ended. */
export interface OutcomeDelta {
  readonly of: 'outcome'
  readonly outcome: Outcome
  /** The client's model, and the bytes of text in its request: what token estimates learn from. */
  readonly model: string
  readonly textBytes: number
}

/** An endpoint, or one operation of it, was ejected, came back, was closed by hand, or is to rest after a 429. */
export interface HealthDelta {
  readonly of: 'health'
  readonly endpoint: string
  readonly operation?: string
  readonly state: 'open' | 'ramping' | 'closed' | 'limited'
  readonly cause: string
  /** A person has to act: a key, a bill, the name of a model. */
  readonly alert?: boolean
  /** When it may be tried again. */
  readonly retryAt: number
  /** `limited`: requests that were in flight there. */
  readonly inFlight?: number
}

/** Where a conversation is at home from now on. */
export interface HomeDelta {
  readonly of: 'home'
  readonly key: string
  readonly endpoint: string
  readonly expires: number
  /** Tokens of input in its prompt cache. */
  readonly cachedTokens: number
}

/** Ids that a client was given, of what is kept upstream, and who keeps it: `provider`, or `provider@region`. */
export interface OwnedDelta {
  readonly of: 'owned'
  /** Fingerprint of the client's key; empty without one. */
  readonly account: string
  readonly ids: readonly string[]
  readonly keeper: string
  readonly expires: number
}

/** Used of an endpoint's `limits`. */
export interface LimitDelta {
  readonly of: 'limit'
  readonly endpoint: string
  readonly requests: number
  readonly tokens: number
  readonly at: number
}
