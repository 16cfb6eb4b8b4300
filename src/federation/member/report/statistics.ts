import { BUCKETS, GAMMA, type Scale, SPEED as SPEED_SCALE, TIME } from '../../../base/grid.ts'
import {
  LOG_SPEED,
  LOG_TIME,
  MAX_LOG_VARIANCE,
  MAX_REQUESTS,
  MIN_REQUESTS_FOR_GRID,
  ROUNDING,
} from '../../protocol/limits.ts'
import type { Moments, ReportCell, SparseGrid } from '../../protocol/types.ts'
import { REPORT_KINDS } from '../../protocol/words.ts'
import type { CellNoise, QuantityNoise } from './noise.ts'
import {
  CACHE,
  GRID,
  KINDS,
  LOG_PRICE,
  OBSERVATIONS,
  PRICE,
  type Range,
  SPEED,
  type Tally,
  TOTAL,
  TTFT,
  UP,
  VOTE,
} from './tally.ts'

/** The figures of a cell as they leave. */
export type Statistics = Pick<ReportCell, 'n' | 'kinds' | 'ttft' | 'total' | 'speed' | 'cache_hit' | 'price' | 'grids'>

export interface StatisticsOptions {
  /** Absent: none is added. */
  readonly noise: CellNoise | undefined
  /** Observations that a mean has to rest on. */
  readonly min: number
  readonly grids: boolean
  /** Counts are not rounded. Default false. */
  readonly exact?: boolean
}

const NO_NOISE: QuantityNoise = { up: 0, down: 0, squares: 0 }
const WIDTH = Math.log(GAMMA)

/**
 * What is said of a cell. With noise every figure is computed from noisy whole numbers and from nothing else, so that
 * whatever is done to them (capping at 200 requests, rounding, leaving out what rests on too little) tells no more; but
 * for grids, which carry none.
 */
export function statisticsOf(tally: Tally, { noise, min, grids, exact }: StatisticsOptions): Statistics {
  const counts = REPORT_KINDS.map((_, index) => tally[KINDS + index]! + (noise?.kinds[index] ?? 0))
  const requests = counts.reduce((sum, count) => sum + count, 0)
  const scale = Math.min(1, MAX_REQUESTS / Math.max(1, requests))
  const count = (value: number) => (noise || exact ? Math.round(scale * value) : rounded(scale * value))
  const kinds = Object.fromEntries(
    REPORT_KINDS.map((kind, index) => [kind, count(counts[index]!)] as const).filter(([, n]) => n !== 0),
  )
  const moments = (place: number, range: Range, grid: Scale, own: QuantityNoise | undefined) =>
    momentsOf(tally, place, range, grid, { noise: own ?? NO_NOISE, min, scale })
  const [ttft, total] = [moments(TTFT, LOG_TIME, TIME, noise?.ttft), moments(TOTAL, LOG_TIME, TIME, noise?.total)]
  const speed = moments(SPEED, LOG_SPEED, SPEED_SCALE, noise?.speed)
  const cache = divided(tally, CACHE, noise?.cache ?? NO_NOISE)
  const price = divided(tally, PRICE, noise?.price ?? NO_NOISE)
  return {
    n: Math.min(MAX_REQUESTS, Math.max(0, exact && !noise ? Math.round(scale * requests) : rounded(scale * requests))),
    kinds,
    ...(ttft && { ttft }),
    ...(total && { total }),
    ...(speed && { speed }),
    ...(cache.n >= min && { cache_hit: hundredths(cache.share) }),
    ...(price.n >= min && { price: Number(Math.exp(at(LOG_PRICE, price.share)).toPrecision(2)) }),
    ...(grids && requests >= MIN_REQUESTS_FOR_GRID && { grids: gridsOf(tally) }),
  }
}

interface MomentOptions {
  readonly noise: QuantityNoise
  readonly min: number
  readonly scale: number
}

/**
 * The variance is that of the buckets' middles about the (noisy) mean, each squared deviation at most MAX_LOG_VARIANCE.
 */
function momentsOf(
  tally: Tally,
  place: number,
  range: Range,
  grid: Scale,
  { noise, min, scale }: MomentOptions,
): Moments | undefined {
  const { n, share } = divided(tally, place, noise)
  if (n < min) return undefined
  const mean = at(range, share)
  let squares = noise.squares
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const deviation = Math.log(grid.smallest) + WIDTH * (bucket + 0.5) - mean
    squares +=
      tally[place + GRID + bucket]! * (Math.round(VOTE * Math.min(1, deviation ** 2 / MAX_LOG_VARIANCE)) - VOTE / 2)
  }
  const variance = MAX_LOG_VARIANCE * (squares / VOTE / n + 0.5)
  return {
    n: Math.min(MAX_REQUESTS, Math.round(scale * n)),
    // Hundredths at the ends of the range, too.
    mean: Math.min(Math.floor(100 * range.max) / 100, Math.max(Math.ceil(100 * range.min) / 100, hundredths(mean))) + 0,
    var: Math.min(MAX_LOG_VARIANCE, Math.max(0, hundredths(variance))),
  }
}

/** Observations, and the upper parts' share of their votes. */
function divided(tally: Tally, place: number, noise: QuantityNoise): { readonly n: number; readonly share: number } {
  const up = tally[place + UP]! + noise.up
  const down = VOTE * tally[place + OBSERVATIONS]! - tally[place + UP]! + noise.down
  const n = (up + down) / VOTE
  return { n, share: n > 0 ? Math.min(1, Math.max(0, up / (up + down))) : 0 }
}

function gridsOf(tally: Tally): NonNullable<ReportCell['grids']> {
  const [ttft, total, speed] = [TTFT, TOTAL, SPEED].map((place) => gridAt(tally, place))
  return { ...(ttft && { ttft }), ...(total && { total }), ...(speed && { speed }) }
}

/** Scaled down to 200 observations; undefined when there are fewer. */
function gridAt(tally: Tally, place: number): SparseGrid | undefined {
  const n = tally[place + OBSERVATIONS]!
  if (n < MIN_REQUESTS_FOR_GRID) return undefined
  const counts = Array.from({ length: BUCKETS }, (_, bucket) =>
    Math.round((MAX_REQUESTS * tally[place + GRID + bucket]!) / n),
  )
  return counts.map((count, bucket) => [bucket, count] as const).filter(([, count]) => count > 0)
}

const at = ({ min, max }: Range, share: number): number => min + (max - min) * share
const rounded = (value: number): number => ROUNDING * Math.round(value / ROUNDING) + 0
const hundredths = (value: number): number => Math.round(100 * value) / 100 + 0
