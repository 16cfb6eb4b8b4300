/**
 * The fixed logarithmic grid on which times and speeds are kept: bucket i holds values from `smallest * GAMMA^i` up to
 * `smallest * GAMMA^(i + 1)`; values outside go into the first or last bucket. All grids of a scale have the same
 * bounds, so they add, merge and travel as plain counts. It is a DDSketch (arXiv 1908.10693) with shared bounds: any
 * quantile is within a factor GAMMA of the true one.
 */
export const BUCKETS = 64
export const GAMMA = 1.188

export interface Scale {
  /** Lower bound of the first bucket. */
  readonly smallest: number
}

/** Milliseconds: 10 ms to 614 s. */
export const TIME: Scale = { smallest: 10 }
/** Tokens per second: 0.1 to 6,140. */
export const SPEED: Scale = { smallest: 0.1 }

export interface Quantiles {
  readonly p50: number
  readonly p75: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly n: number
}

const LOG_GAMMA = Math.log(GAMMA)

/** The bucket of a value, 0 to 63. */
export function bucketOf(scale: Scale, value: number): number {
  const bucket = Math.floor(Math.log(value / scale.smallest) / LOG_GAMMA)
  // Not `Math.min(...)` alone: the logarithm of a negative or missing value is NaN.
  return bucket > 0 ? Math.min(BUCKETS - 1, bucket) : 0
}

/**
 * Quantile `q` of the 64 counts that start at `offset`; undefined when they are all 0. Within the bucket that holds the
 * q*n-th smallest value the answer is interpolated on the logarithmic scale.
 */
export function quantile(scale: Scale, counts: ArrayLike<number>, q: number, offset = 0): number | undefined {
  const rank = q * total(counts, offset)
  let below = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const count = counts[offset + bucket]!
    if (count > 0 && below + count >= rank) return scale.smallest * GAMMA ** (bucket + (rank - below) / count)
    below += count
  }
  return undefined
}

/** The usual quantiles; undefined without data. */
export function quantilesOf(scale: Scale, counts: ArrayLike<number>, offset = 0): Quantiles | undefined {
  const n = total(counts, offset)
  if (n === 0) return undefined
  const at = (q: number) => quantile(scale, counts, q, offset)!
  return { p50: at(0.5), p75: at(0.75), p90: at(0.9), p95: at(0.95), p99: at(0.99), n }
}

function total(counts: ArrayLike<number>, offset: number): number {
  let n = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) n += counts[offset + bucket]!
  return n
}
