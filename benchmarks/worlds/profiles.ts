/**
 * What the simulated worlds are drawn from: small constants, fitted to published measurements.
 *
 * - Panel: github.com/fixie-ai/thefastest.ai (MIT), April and May 2024, three regions, 7 models with 3 to 6 endpoints.
 * - LLMPerf: github.com/ray-project/llmperf-leaderboard (Apache-2.0), December 2023, 8 providers, 150 requests each.
 * - Azure: github.com/Azure/AzurePublicDataset (CC-BY-4.0), code trace of November 2023.
 *
 * Sd are of natural logarithms. Limits: providers of 2023 and 2024, no effect of load on speed, endpoints fail
 * independently of each other.
 */

/** Seconds to the first token: LLMPerf's medians lie from 0.20 to 0.65, the panel's at 0.25. */
export const TTFT_MEDIAN_S = 0.35
/** Tokens per second (panel 61). */
export const SPEED_MEDIAN = 60
/** Between endpoints of one model (panel 0.45 and 0.94; the latter holds values that were not really streamed). */
export const BETWEEN = { ttft: 0.5, speed: 0.6 }
/** Between regions of one endpoint (panel 0.33 and 0.11). */
export const REGION = { ttft: 0.33, speed: 0.11 }
/** From one request to the next (LLMPerf 0.20 and 0.08, panel 0.19 and 0.27 with hours between). */
export const NOISE = { ttft: 0.2, speed: 0.12 }
/**
 * Slow drift of an endpoint's level over some hours: what the panel's spread of 0.5 within a cell has beyond the noise.
 */
export const DRIFT = { ttft: 0.25, speed: 0.12, hours: 3 }
/**
 * Answers more than four times slower than the median (panel: 37 of 1,370, a median of 5.2 times, the worst 33 times).
 */
export const TAIL = { share: 0.027, least: 4, spread: 0.6 }
/**
 * Share of failures in good times, per endpoint drawn evenly on the logarithm (LLMPerf: 0 to 1.3 % where nothing was
 * limited).
 */
export const ERRORS = { least: 0.0005, most: 0.012 }
/** Provider load at the busiest hour: ttft grows by this much on the logarithm. */
export const RUSH = 0.15

/** Tokens in and out: Azure's code service, and LLMPerf's 550 in, 150 out with a spread of our own. */
export const WORKLOADS = {
  code: { tokensIn: { median: 1469, sd: 1.36 }, tokensOut: { median: 13, sd: 0.85 } },
  chat: { tokensIn: { median: 550, sd: 0.9 }, tokensOut: { median: 150, sd: 0.7 } },
} as const

/** Seconds. Public incident pages of 2026 list medians of 57 to 100 minutes, several a month. */
export const OUTAGE_S = [1800, 7200] as const
/** Share of outages in which requests hang until the timeout; the others fail at once. */
export const HANGING = 0.4
export const BROWNOUT_S = [600, 2400] as const
/** How much slower a brown-out is, in both times. */
export const BROWNOUT_FACTOR = 5

export const REGIONS = ['eu-west', 'us-east', 'us-west'] as const

/** Requests per hour, and when the first one comes, as a share of the world's time. */
export interface Site {
  readonly rate: number
  readonly from: number
}

/** Two sites are new. */
export const SITES = [
  { rate: 15, from: 0 },
  { rate: 30, from: 0 },
  { rate: 45, from: 0 },
  { rate: 60, from: 0 },
  { rate: 90, from: 0 },
  { rate: 150, from: 0 },
  { rate: 300, from: 0 },
  { rate: 400, from: 0 },
  { rate: 60, from: 0.4 },
  { rate: 60, from: 0.6 },
] as const
/**
 * Sites at which two minutes are many requests: only there can be told how soon an endpoint that has healed is used
 * again.
 */
export const BUSY_SITES = [
  { rate: 1200, from: 0 },
  { rate: 1800, from: 0 },
  { rate: 3600, from: 0 },
  { rate: 7200, from: 0 },
] as const
/** Of the daily wave around the mean rate. */
export const DIURNAL = 0.7

/**
 * Mean hours between troubles of one endpoint, how prices differ (sd of the logarithm; 0: nothing costs anything), and
 * who asks.
 */
export const KINDS = {
  equal: { outageEvery: 96, brownoutEvery: 72, prices: 0, sites: SITES },
  prices: { outageEvery: 96, brownoutEvery: 72, prices: 0.6, sites: SITES },
  storm: { outageEvery: 14, brownoutEvery: 10, prices: 0, sites: SITES },
  busy: { outageEvery: 6, brownoutEvery: 12, prices: 0, sites: BUSY_SITES },
} as const
export type Kind = keyof typeof KINDS

/** USD per million tokens at the median; output costs three times as much. */
export const PRICE = { prompt: 0.4, completion: 1.2 }
export const VALUE_OF_TIME = 0.72
export const FAIL_COST_S = 20
export const TIMEOUT_S = 30
/** Share of (site, endpoint) pairs with a cap, and the cap over the site's mean rate. */
export const CAPPED = { share: 0.25, least: 0.4, most: 1.5, smallest: 2 }
