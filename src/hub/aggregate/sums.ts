import { BUCKETS } from '../../base/grid.ts'

/**
 * What can be said about a cell, each an own story: whoever reports times of streams may report no prices. k is counted
 * for each facet by itself.
 */
export const FACETS = ['ttft', 'total', 'speed', 'success', 'cache_hit', 'price', 'passed_over', 'offered'] as const
export type Facet = (typeof FACETS)[number]
export const FACET_COUNT = FACETS.length
export const SUCCESS = FACETS.indexOf('success')
/** That a member has a model and does not use it: no figure, and however often it says so, it says it once. */
export const PASSED_OVER = FACETS.indexOf('passed_over')
/** That a member offers a model: the same. */
export const OFFERED = FACETS.indexOf('offered')
/** Whether it has no figure: only how many say so. */
export const isListing = (facet: number): boolean => facet === PASSED_OVER || facet === OFFERED

/**
 * Decayed observations of one facet. For all but success: n observations with mean `a` and variance `b` (kept as such,
 * not as sums of squares, which would cancel), and a grid where one was sent. For success: n requests, of which `a`
 * were answered and `b` failed; noise may make these negative.
 */
export interface Sums {
  n: number
  a: number
  b: number
  grid: Float64Array | undefined
}

/**
 * Adds `from`, each observation counting as `scale` of one, to `to`. Adding is commutative and associative up to
 * rounding.
 */
export function addSums(facet: number, to: Sums, from: Sums, scale = 1): void {
  const n = from.n * scale
  if (facet === SUCCESS) {
    to.n += n
    to.a += from.a * scale
    to.b += from.b * scale
    return
  }
  if (n <= 0) return
  if (isListing(facet)) {
    to.n = Math.max(to.n, n)
    return
  }
  const total = to.n + n
  const apart = from.a - to.a
  to.b = (to.n * to.b + n * from.b) / total + (apart * apart * to.n * n) / (total * total)
  to.a += (apart * n) / total
  to.n = total
  if (from.grid) {
    to.grid ??= new Float64Array(BUCKETS)
    for (let bucket = 0; bucket < BUCKETS; bucket++) to.grid[bucket] = to.grid[bucket]! + from.grid[bucket]! * scale
  }
}

export const emptySums = (): Sums => ({ n: 0, a: 0, b: 0, grid: undefined })

/** In place: each observation counts as `keep` of what it did. */
export function fadeSums(facet: number, sums: Sums, keep: number): void {
  sums.n *= keep
  if (facet === SUCCESS) {
    sums.a *= keep
    sums.b *= keep
  }
  const { grid } = sums
  if (grid) for (let bucket = 0; bucket < BUCKETS; bucket++) grid[bucket] = grid[bucket]! * keep
}
