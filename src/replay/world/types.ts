import type { OutcomeKind, Price } from '../../plugins/api.ts'

/** From and to, seconds after the world's beginning. */
export type Span = readonly [from: number, to: number]

/** An endpoint of a recorded world. `outages` and `brownouts` are for scoring: no strategy sees them. */
export interface WorldEndpoint {
  readonly id: string
  readonly model: string
  readonly price: Price | undefined
  readonly outages: readonly Span[]
  readonly brownouts: readonly Span[]
}

export interface WorldSite {
  readonly id: string
  readonly model: string
  readonly region: string
  /** Requests that an endpoint takes of this site in a minute; absent: any number. */
  readonly capsRpm: ReadonlyMap<string, number>
}

export interface World {
  readonly seed: number
  readonly hours: number
  /** USD for an hour of waiting. */
  readonly valueOfTime: number
  /** Seconds lost, beyond the waiting, by a request that was never answered. */
  readonly failCostS: number
  /** Seconds that a router waits for the first token. */
  readonly timeoutS: number
  readonly endpoints: ReadonlyMap<string, WorldEndpoint>
  readonly sites: readonly WorldSite[]
}

/** What an endpoint would have answered to a request. Seconds. */
export interface RecordedOutcome {
  readonly kind: OutcomeKind
  readonly ttftS: number | undefined
  readonly tokensPerSecond: number | undefined
  /** To the end of the answer or of the failure. */
  readonly totalS: number
  /** Of this answer, where it is not as long as the arrival says. */
  readonly tokensOut?: number
  /** Tokens of input read from a prompt cache. Default none. */
  readonly cachedTokens?: number
  /** USD that this answer cost, where that is not its tokens at the endpoint's price. */
  readonly costUsd?: number
  /** Seconds that the client loses by what the answer is worth, beyond waiting for it. Seen by nobody but the score. */
  readonly lostS?: number
}

/**
 * What an endpoint answers where that depends on what was sent there before: cold starts, caches, quotas. Called once
 * an attempt, in order of time; `recorded` is what it would answer otherwise.
 */
export type Respond = (
  site: WorldSite,
  endpoint: string,
  arrival: Arrival,
  recorded: RecordedOutcome,
  atS: number,
) => RecordedOutcome

/** A request to a site, with what every endpoint of its model would have answered. */
export interface Arrival {
  readonly id: string | number
  /** Seconds after the world's beginning. */
  readonly t: number
  readonly model: string
  readonly tokensIn: number
  readonly tokensOut: number
  /** Default true. */
  readonly stream?: boolean
  /** Whether it asks for tool calls or JSON. Default false. */
  readonly structured?: boolean
  readonly outcomes: ReadonlyMap<string, RecordedOutcome>
}

/** A site's arrivals in order of time, some at once, so that large files need not be in memory. */
export type Arrivals = AsyncIterable<readonly Arrival[]> | Iterable<readonly Arrival[]>
