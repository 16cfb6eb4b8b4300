/** A weighted sample, sorted by value. */
export interface Sample {
  readonly values: Float64Array
  readonly weights: Float64Array
}

/** Where most of a sample lies. */
export interface Location {
  readonly center: number
  /** Robust standard deviation of the values that were not rejected, at least the floor given. */
  readonly scale: number
  /** The same without the floor. */
  readonly spread: number
  /** Values outside were rejected. */
  readonly low: number
  readonly high: number
}

/**
 * 1 / the upper quartile of the standard normal distribution: makes the median absolute deviation a standard deviation.
 */
const MAD_SCALE = 1.4826
/** Further from the median than this many robust standard deviations is not an honest opinion. */
const REJECT = 3
/** Huber's constant: nearly a median, but one that moves smoothly. */
const HUBER = 0.5
const STEPS = 12

/**
 * Robust location of a weighted sample: the median; values more than 3 robust standard deviations from it are rejected;
 * then Huber's M-estimator with c = 0.5 of the rest. docs/notes/robust-aggregation.md shows what it withstands. Weights
 * are positive.
 * @param floor the least standard deviation that is believed
 */
export function locate({ values, weights }: Sample, floor: number): Location {
  const middle = medianOfSorted(values, weights, 0, values.length)
  const reach = REJECT * Math.max(floor, spreadAround(middle, values, weights, 0, values.length))
  let from = 0
  let to = values.length
  while (from < to && values[from]! < middle - reach) from++
  while (to > from && values[to - 1]! > middle + reach) to--
  let center = medianOfSorted(values, weights, from, to)
  const spread = spreadAround(center, values, weights, from, to)
  const bend = HUBER * Math.max(floor, spread)
  for (let step = 0; step < STEPS; step++) {
    let sum = 0
    let total = 0
    for (let at = from; at < to; at++) {
      const distance = Math.abs(values[at]! - center)
      const weight = distance <= bend ? weights[at]! : (weights[at]! * bend) / distance
      sum += weight * values[at]!
      total += weight
    }
    const next = sum / total
    const moved = Math.abs(next - center)
    center = next
    if (moved < 1e-6 * bend) break
  }
  return { center, scale: Math.max(floor, spread), spread, low: middle - reach, high: middle + reach }
}

/** Weighted median; half of the weight lies on each side, between two values their mean. NaN of none. */
export const weightedMedian = ({ values, weights }: Sample): number => medianOfSorted(values, weights, 0, values.length)

/**
 * Bits of a value's mantissa that carry its place while it is sorted: a relative error of 2^-32 for a million values at
 * most.
 */
const PLACE_BITS = 20
const PLACE_MASK = 2 ** PLACE_BITS - 1
/** Floats are little-endian here, as on every machine that Node runs on. */
const LOW = 0

/**
 * Sorts by value. Places ride in the values' last bits, so that the engine's own sort of floats can be used: a
 * comparator takes ten times as long.
 */
export function sampleOf(values: ArrayLike<number>, weights: ArrayLike<number>): Sample {
  const keys = Float64Array.from(values)
  const words = new Uint32Array(keys.buffer)
  for (let at = 0; at < keys.length; at++) words[2 * at + LOW] = ((words[2 * at + LOW]! & ~PLACE_MASK) | at) >>> 0
  keys.sort()
  const sorted = { values: new Float64Array(keys.length), weights: new Float64Array(keys.length) }
  for (let at = 0; at < keys.length; at++) {
    const place = words[2 * at + LOW]! & PLACE_MASK
    sorted.values[at] = values[place]!
    sorted.weights[at] = weights[place]!
  }
  return sorted
}

function medianOfSorted(values: Float64Array, weights: Float64Array, from: number, to: number): number {
  let total = 0
  for (let at = from; at < to; at++) total += weights[at]!
  const half = total / 2
  let below = 0
  for (let at = from; at < to; at++) {
    below += weights[at]!
    if (below > half * (1 + 1e-9)) return values[at]!
    if (below >= half * (1 - 1e-9)) return (values[at]! + values[Math.min(at + 1, to - 1)]!) / 2
  }
  return to > from ? values[to - 1]! : Number.NaN
}

/**
 * Weighted median absolute deviation, as a standard deviation. Walks outwards from the centre: the values are sorted.
 */
function spreadAround(center: number, values: Float64Array, weights: Float64Array, from: number, to: number): number {
  let total = 0
  let right = from
  for (let at = from; at < to; at++) {
    total += weights[at]!
    if (values[at]! < center) right = at + 1
  }
  let left = right - 1
  const half = (total / 2) * (1 - 1e-9)
  let inside = 0
  while (left >= from || right < to) {
    const leftIsNearer = right >= to || (left >= from && center - values[left]! <= values[right]! - center)
    const at = leftIsNearer ? left-- : right++
    inside += weights[at]!
    if (inside >= half) return MAD_SCALE * Math.abs(values[at]! - center)
  }
  return 0
}
