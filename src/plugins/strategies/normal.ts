/** Standard normal numbers: the distribution function from a table, draws, and who is likely to be the smallest of several. */

const REACH = 6
const PER_UNIT = 128
/** Values at -REACH .. REACH; linear interpolation is off by less than 2e-6. */
const TABLE = Float64Array.from({ length: 2 * REACH * PER_UNIT + 2 }, (_, index) => exactCdf(index / PER_UNIT - REACH))

/** P(Z <= z). */
export function cdf(z: number): number {
  if (z <= -REACH) return 0
  if (z >= REACH) return 1
  const at = (z + REACH) * PER_UNIT
  const index = Math.floor(at)
  const low = TABLE[index]!
  return low + (at - index) * (TABLE[index + 1]! - low)
}

/** By the series for small |z| and the continued fraction of the tail for large (Abramowitz and Stegun 26.2.10 and 26.2.14). */
function exactCdf(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  const x = Math.abs(z)
  if (x < 3) {
    let term = z
    let sum = z
    for (let k = 1; k < 80; k++) {
      term *= (z * z) / (2 * k + 1)
      sum += term
    }
    return 0.5 + density * sum
  }
  let fraction = 0
  for (let k = 60; k > 0; k--) fraction = k / (x + fraction)
  const tail = density / (x + fraction)
  return z > 0 ? 1 - tail : tail
}

/** Two independent draws from two uniform ones (Box and Muller 1958). */
export function drawPair(random: () => number): readonly [number, number] {
  const radius = Math.sqrt(-2 * Math.log(1 - random()))
  const angle = 2 * Math.PI * random()
  return [radius * Math.cos(angle), radius * Math.sin(angle)]
}

/** Beyond so many standard deviations nothing happens (1e-5 is left out on each side). */
const TAIL = 4.3
const MAX_POINTS = 48

/**
 * The probability of each of some independent normals to be the smallest: the integral of its density times the chance that all others are
 * larger, over the cells of a grid laid through the quantiles of those that have a chance at all. Within 0.002; sums to one.
 */
export function smallestChances(means: readonly number[], sds: readonly number[]): number[] {
  const chances = new Array<number>(means.length).fill(0)
  let ceiling = Number.POSITIVE_INFINITY
  for (let i = 0; i < means.length; i++) ceiling = Math.min(ceiling, means[i]! + TAIL * sds[i]!)
  const inside: number[] = []
  for (let i = 0; i < means.length; i++) if (means[i]! - TAIL * sds[i]! <= ceiling) inside.push(i)
  if (inside.length === 1) chances[inside[0]!] = 1
  else if (inside.length === 2) {
    const [i, j] = inside as [number, number]
    const first = cdf((means[j]! - means[i]!) / Math.hypot(sds[i]!, sds[j]!))
    chances[i] = first
    chances[j] = 1 - first
  } else integrate(inside, means, sds, ceiling, chances)
  return chances
}

function integrate(inside: readonly number[], means: readonly number[], sds: readonly number[], ceiling: number, chances: number[]): void {
  const count = inside.length
  const points = gridOf(inside, means, sds, ceiling)
  const above = new Float64Array(count).fill(1)
  const before = new Float64Array(count)
  const after = new Float64Array(count)
  const mass = new Float64Array(count)
  for (const point of points) {
    for (let n = 0; n < count; n++) {
      const left = 1 - cdf((point - means[inside[n]!]!) / sds[inside[n]!]!)
      mass[n] = above[n]! - left
      before[n] = (above[n]! + left) / 2
      above[n] = left
    }
    // The product over all others, without dividing by what may be zero.
    let product = 1
    for (let n = count - 1; n >= 0; n--) {
      after[n] = product
      product *= before[n]!
    }
    product = 1
    for (let n = 0; n < count; n++) {
      chances[inside[n]!]! += mass[n]! * product * after[n]!
      product *= before[n]!
    }
  }
  let sum = 0
  for (const i of inside) sum += chances[i]!
  for (const i of inside) chances[i]! /= sum
}

function gridOf(inside: readonly number[], means: readonly number[], sds: readonly number[], ceiling: number): Float64Array {
  const each = Math.max(5, Math.floor(MAX_POINTS / inside.length))
  const points = new Float64Array(inside.length * each + 1)
  let length = 0
  for (const i of inside) {
    for (let k = 0; k < each; k++) {
      const point = means[i]! + sds[i]! * TAIL * (2 * ((k + 0.5) / each) - 1)
      if (point < ceiling) points[length++] = point
    }
  }
  points[length++] = ceiling
  return points.subarray(0, length).sort()
}
