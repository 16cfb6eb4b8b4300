import type { HubInfo, HubMap, Incident } from '../../federation/protocol/types.ts'
import type { HubFacts } from '../facts/facts.ts'

/**
 * `GET /v1/history.json`: published figures over time, for plots. Not signed: nobody routes by it. Every array of a
 * series is as long as `epochs`; null where nothing was published.
 */
export interface History {
  readonly epoch_seconds: number
  /** Ascending; each stands for the figures published at its end. */
  readonly epochs: readonly number[]
  readonly series: readonly HistorySeries[]
}

/** A figure over the epochs of its `History`. */
export type HistoryValues = readonly (number | null)[]

/** One endpoint: a provider's model over all regions and classes. */
export interface HistorySeries {
  readonly provider: string
  readonly model: string
  /** Milliseconds. */
  readonly ttft_p50: HistoryValues
  readonly ttft_p95: HistoryValues
  /** Milliseconds of whole answers. */
  readonly total_p50: HistoryValues
  /** Tokens per second, median. */
  readonly speed: HistoryValues
  /** Share of requests without a fault of the provider, 0 to 1. */
  readonly uptime: HistoryValues
  /** USD per million tokens. */
  readonly price: HistoryValues
  /** Enrolments behind it, bucketed as in the map. */
  readonly members: HistoryValues
}

/** Everything that the public pages show. */
export interface PageData {
  readonly hub: HubIdentity
  /** Where members reach the hub, when it knows; the browser's address serves else. */
  readonly url?: string | undefined
  /** Undefined before the first map. */
  readonly map: HubMap | undefined
  readonly history: History | undefined
  /** Open ones, and those of the last 30 days. */
  readonly incidents: readonly Incident[]
  /** What is published of models and providers. */
  readonly facts: HubFacts
  /** Unix seconds, by the hub's clock. */
  readonly now: number
  /**
   * The pages are files, which know no queries: the overview comes in parts, `overview/2`, and without filters. Default:
   * a hub answers.
   */
  readonly isCopy?: boolean
}

/** What a hub says of itself. */
export type HubIdentity = Omit<HubInfo, 'v' | 'time'>
