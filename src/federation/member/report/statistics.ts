import { BUCKETS, GAMMA, type Scale, SPEED as SPEED_SCALE, TIME } from '../../../base/grid.ts'
import {
  CLIP,
  LOG_SPEED,
  LOG_TIME,
  MAX_LOG_VARIANCE,
  MAX_REQUESTS,
  MIN_REQUESTS_CLIPPED,
  MIN_REQUESTS_FOR_GRID,
  MIN_REQUESTS_WITH_NOISE,
  ROUNDING,
} from '../../protocol/limits.ts'
import type { Moments, ReportCell, SparseGrid } from '../../protocol/types.ts'
import { REPORT_KINDS } from '../../protocol/words.ts'
import type { CellNoise, QuantityNoise } from './noise.ts'
import type { PublicCell } from './public-values.ts'
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
  /** Only with noise: what observations are clipped around. */
  readonly around?: PublicCell | undefined
}

const NO_NOISE: QuantityNoise = { up: 0, down: 0, squares: 0 }
const WIDTH = Math.log(GAMMA)
const OK = REPORT_KINDS.indexOf('ok')
/** Below so many requests, noise on the counts outweighs the few faults of an endpoint that is well. */
const FEW = 100
/** A noisy count below it is none then: noise alone reaches it once in 500 draws (exp(-1.5 * 4) / (1 + exp(-1.5))). */
const SEEN = 4

/**
 * What is said of a cell. With noise every figure is computed from noisy whole numbers and from nothing else, so that
 * whatever is done to them (capping at 200 requests, rounding, leaving out what rests on too little or is most likely
 * noise) tells no more; but for grids, which carry none.
 */
export function statisticsOf(tally: Tally, { noise, min, grids, exact, around }: StatisticsOptions): Statistics {
  const drawn = REPORT_KINDS.map((_, index) => tally[KINDS + index]! + (noise?.kinds[index] ?? 0))
  const all = sumOf(drawn)
  // Of few requests a handful of faults is noise as a rule, and eleven kinds of it look like an endpoint that fails.
  const counts = noise && all < FEW ? drawn.map((count, kind) => (kind === OK || count >= SEEN ? count : 0)) : drawn
  const requests = sumOf(counts)
  // An empty cell that was drawn above its threshold, most likely.
  if (noise && around && requests < MIN_REQUESTS_CLIPPED / 2) return { n: 0, kinds: {} }
  const scale = Math.min(1, MAX_REQUESTS / Math.max(1, requests))
  const count = (value: number) => (noise || exact ? Math.round(scale * value) : rounded(scale * value))
  const kinds = Object.fromEntries(
    REPORT_KINDS.map((kind, index) => [kind, count(counts[index]!)] as const).filter(([, n]) => n !== 0),
  )
  const moments = (place: number, range: Range, grid: Scale, name: 'ttft' | 'total' | 'speed') => {
    const middle = noise && around?.[name]
    const own = noise?.[name] ?? NO_NOISE
    const found =
      middle === undefined
        ? momentsOf(tally, place, range, grid, own, min)
        : clippedMoments(tally, place, range, grid, own, middle)
    return found && reported(found, range, scale)
  }
  const [ttft, total] = [moments(TTFT, LOG_TIME, TIME, 'ttft'), moments(TOTAL, LOG_TIME, TIME, 'total')]
  const speed = moments(SPEED, LOG_SPEED, SPEED_SCALE, 'speed')
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

/**
 * Noisy squares of this share of what they could be at the most mean that about a fifth of the observations lie at the
 * rim: the range is too narrow for this member.
 */
const AT_THE_RIM = 0.5

/**
 * Over the whole range. The variance is that of the buckets' middles about the (noisy) mean, each squared deviation at
 * most MAX_LOG_VARIANCE. Undefined when there are too few.
 */
function momentsOf(
  tally: Tally,
  place: number,
  range: Range,
  grid: Scale,
  noise: QuantityNoise,
  min: number,
): Moments | undefined {
  const { n, share } = divided(tally, place, noise)
  if (n < min) return undefined
  const mean = at(range, share)
  const squares = squaresAround(tally, place, grid, mean, MAX_LOG_VARIANCE) + noise.squares
  return { n, mean, var: MAX_LOG_VARIANCE * (squares / VOTE / n + 0.5) }
}

/**
 * Within `CLIP` of a public value: the votes of the buckets' middles over that range, and the squared deviations from
 * that value. In votes the noise is that of the whole range, and so a quarter of it in what they are worth. When the
 * noisy squares say that about a fifth or more lie at the rim, and there are enough for the noise of the whole range,
 * the mean is over that: squares and number are the same for both, and only one of the two means is ever sent. With
 * fewer the clipped one stands, which lies between the public value and the true one. The squares are what is sent as
 * variance in any case: others, with the same noise, would give it away.
 */
function clippedMoments(
  tally: Tally,
  place: number,
  range: Range,
  grid: Scale,
  noise: QuantityNoise,
  middle: number,
): Moments | undefined {
  let observations = 0
  let up = noise.up
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const count = tally[place + GRID + bucket]!
    const share = Math.min(1, Math.max(0, (middleOf(grid, bucket) - middle + CLIP) / (2 * CLIP)))
    observations += count
    up += count * Math.round(VOTE * share)
  }
  const parts = VOTE * observations + noise.up + noise.down
  const n = parts / VOTE
  if (n < MIN_REQUESTS_CLIPPED / 2) return undefined
  const share = (squaresAround(tally, place, grid, middle, CLIP ** 2) + noise.squares) / VOTE / n + 0.5
  if (n >= MIN_REQUESTS_WITH_NOISE && share > AT_THE_RIM)
    return { n, mean: at(range, divided(tally, place, noise).share), var: CLIP ** 2 * share }
  const offset = CLIP * (2 * Math.min(1, Math.max(0, up / parts)) - 1)
  return { n, mean: middle + offset, var: CLIP ** 2 * share - offset ** 2 }
}

/**
 * In thousandths of `limit`, counted from half of it for each observation: the sum of the buckets' squared deviations,
 * each at most `limit`.
 */
function squaresAround(tally: Tally, place: number, grid: Scale, middle: number, limit: number): number {
  let squares = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const deviation = middleOf(grid, bucket) - middle
    squares += tally[place + GRID + bucket]! * (Math.round(VOTE * Math.min(1, deviation ** 2 / limit)) - VOTE / 2)
  }
  return squares
}

/** Within bounds, capped at 200 and rounded; hundredths at the ends of the range, too. */
const reported = ({ n, mean, var: variance }: Moments, range: Range, scale: number): Moments => ({
  n: Math.min(MAX_REQUESTS, Math.round(scale * n)),
  mean: Math.min(Math.floor(100 * range.max) / 100, Math.max(Math.ceil(100 * range.min) / 100, hundredths(mean))) + 0,
  var: Math.min(MAX_LOG_VARIANCE, Math.max(0, hundredths(variance))),
})

const middleOf = (grid: Scale, bucket: number): number => Math.log(grid.smallest) + WIDTH * (bucket + 0.5)

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

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
const at = ({ min, max }: Range, share: number): number => min + (max - min) * share
const rounded = (value: number): number => ROUNDING * Math.round(value / ROUNDING) + 0
const hundredths = (value: number): number => Math.round(100 * value) / 100 + 0
