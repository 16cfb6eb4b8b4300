import { BUCKETS, quantile, type Scale, SPEED, TIME } from '../../base/grid.ts'
import { LOG_SPEED, LOG_TIME, MAX_LOG_VARIANCE } from '../../federation/protocol/limits.ts'
import type { Cohorts } from './cohorts.ts'
import { type Location, locate, sampleOf, weightedMedian } from './location.ts'
import { clamp, round, significant } from './rounding.ts'
import { emptySums, type Sums } from './sums.ts'

/** What the hub measured itself: mean and standard deviation of the logarithm. */
export interface Anchor {
  readonly mean: number
  readonly sd: number
}

/** Published of a log-normal quantity. */
export interface TimeFigures {
  readonly mean: number
  readonly tau2: number
  readonly sigma2: number
  readonly p50: number
  readonly p95: number
  /** Observations behind it. */
  readonly n: number
}

/** Honest members do not agree better than this, on the logarithm. */
const FLOOR = 0.05
/** 95 % of a standard normal distribution lie below. */
const Z95 = 1.6449
/**
 * So far from what the hub measured itself a figure may be, on the logarithm: then no lie moves it by more than 10 %,
 * from one end to the other.
 */
const BAND = 0.042
/** A grid counts for a cohort when it holds at least this share of its observations. */
const GRID_SHARE = 0.5

/**
 * Mean of the logarithm over cohorts (robust), variance between them less what their few observations make, typical
 * variance within one; median and 95th percentile: the robust location of each cohort's own, from its grid, or from its
 * log-normal where it sent none.
 * @param anchor mean and 95th percentile then stay within 4.2 % of it, so that liars who keep within the spread of honest
 * members move nothing by more than 10 %; how far members differ (tau2, sigma2) they say themselves
 */
export function timeFigures(
  facet: 'ttft' | 'total' | 'speed',
  { sums, observations }: Cohorts,
  weights: Float64Array,
  anchor?: Anchor,
): [TimeFigures, Location] {
  const [scale, bounds] = facet === 'speed' ? [SPEED, LOG_SPEED] : [TIME, LOG_TIME]
  const location = locate(sampleOf(sums.a, weights), FLOOR)
  const sampling = weightedMedian(
    sampleOf(
      sums.b.map((variance, at) => variance / observations[at]!),
      weights,
    ),
  )
  const sigma2 = weightedMedian(sampleOf(sums.b, weights))
  const own = emptySums()
  const at = (q: number, z: number) => {
    const quantiles = sums.n.map((_, place) => {
      sums.read(place, own)
      return logQuantile(own, scale, q, z)
    })
    return Math.exp(clamp(locate(sampleOf(quantiles, weights), FLOOR).center, bounds.min, bounds.max))
  }
  const hasGrids = sums.grids !== undefined
  const center = anchor ? near(location.center, anchor.mean) : location.center
  const high = at(0.95, Z95)
  const p95 = anchor ? Math.exp(near(Math.log(high), anchor.mean + Z95 * anchor.sd)) : high
  // Without grids every cohort's median is its log-mean.
  const p50 = hasGrids && !anchor ? at(0.5, 0) : Math.exp(clamp(center, bounds.min, bounds.max))
  return [
    {
      mean: clamp(round(center, 3), bounds.min, bounds.max),
      tau2: clamp(round(location.spread ** 2 - sampling, 4), 0, MAX_LOG_VARIANCE),
      sigma2: clamp(round(sigma2, 4), 0, MAX_LOG_VARIANCE),
      p50: significant(p50, 3),
      p95: significant(Math.max(p50, p95), 3),
      n: significant(
        observations.reduce((sum, each) => sum + each, 0),
        2,
      ),
    },
    location,
  ]
}

const near = (value: number, measured: number): number => clamp(value, measured - BAND, measured + BAND)

function logQuantile({ n, a, b, grid }: Sums, scale: Scale, q: number, z: number): number {
  if (grid) {
    let total = 0
    for (let bucket = 0; bucket < BUCKETS; bucket++) total += grid[bucket]!
    if (total >= GRID_SHARE * n) return Math.log(quantile(scale, grid, q)!)
  }
  return a + z * Math.sqrt(b)
}
