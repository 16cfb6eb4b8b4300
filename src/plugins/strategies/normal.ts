/**
 * Standard normal numbers: the distribution function from a table, draws, and who is likely to be the smallest of
 * several.
 */

const REACH = 6
const PER_UNIT = 128
const LAST = 2 * REACH * PER_UNIT
/** Values at -REACH .. REACH; linear interpolation is off by less than 2e-6. */
const TABLE = Float64Array.from({ length: 2 * REACH * PER_UNIT + 2 }, (_, index) => exactCdf(index / PER_UNIT - REACH))

/** P(Z <= z). */
export const cdf = (z: number): number => cdfAt((z + REACH) * PER_UNIT)

/** By the place in the table. */
function cdfAt(at: number): number {
  if (at <= 0) return 0
  if (at >= LAST) return 1
  const index = at | 0
  const low = TABLE[index]!
  return low + (at - index) * (TABLE[index + 1]! - low)
}

/**
 * By the series for small |z| and the continued fraction of the tail for large (Abramowitz and Stegun 26.2.10 and
 * 26.2.14).
 */
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

/** Independent draws into the first `count` places, each pair from two uniform ones (Box and Muller 1958). */
export function drawNormals(into: Float64Array, count: number, random: () => number): void {
  for (let index = 0; index < count; index += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    into[index] = radius * Math.cos(angle)
    if (index + 1 < count) into[index + 1] = radius * Math.sin(angle)
  }
}

/** Beyond so many standard deviations nothing happens (1e-5 is left out on each side). */
const TAIL = 4.3
const MAX_POINTS = 48

/**
 * The probability of each of some independent normals to be the smallest: the integral of its density times the chance
 * that all others are larger, over the cells of a grid laid through the quantiles of those that have a chance at all.
 * Within 0.002; sums to one.
 */
export function smallestChances(means: Numbers, sds: Numbers): number[] {
  const chances = new Array<number>(means.length).fill(0)
  let ceiling = Number.POSITIVE_INFINITY
  for (let i = 0; i < means.length; i++) ceiling = Math.min(ceiling, means[i]! + TAIL * sds[i]!)
  const inside: number[] = []
  for (let i = 0; i < means.length; i++) if (means[i]! - TAIL * sds[i]! <= ceiling) inside.push(i)
  if (inside.length === 1) chances[inside[0]!] = 1
  else if (inside.length === 2) {
    const i = inside[0]!
    const j = inside[1]!
    const first = cdf((means[j]! - means[i]!) / Math.sqrt(sds[i]! * sds[i]! + sds[j]! * sds[j]!))
    chances[i] = first
    chances[j] = 1 - first
  } else integrate(inside, means, sds, ceiling, chances)
  return chances
}

type Numbers = readonly number[]

/** For `integrate`, which is synchronous: per candidate, and the grid. */
let scale = new Float64Array(64)
let shift = new Float64Array(64)
let above = new Float64Array(64)
let before = new Float64Array(64)
let mass = new Float64Array(64)
let sums = new Float64Array(64)
let grid = new Float64Array(64)

function makeRoom(count: number): void {
  if (count > above.length) {
    scale = new Float64Array(2 * count)
    shift = new Float64Array(2 * count)
    above = new Float64Array(2 * count)
    before = new Float64Array(2 * count)
    mass = new Float64Array(2 * count)
    sums = new Float64Array(2 * count)
  }
  if (pointsFor(count) > grid.length) grid = new Float64Array(2 * pointsFor(count))
}

function integrate(inside: readonly number[], means: Numbers, sds: Numbers, ceiling: number, chances: number[]): void {
  const count = inside.length
  makeRoom(count)
  const points = layGrid(inside, means, sds, ceiling)
  for (let n = 0; n < count; n++) {
    // A point's place in the table is `scale * point + shift`.
    scale[n] = PER_UNIT / sds[inside[n]!]!
    shift[n] = REACH * PER_UNIT - scale[n]! * means[inside[n]!]!
    above[n] = 1
    sums[n] = 0
  }
  for (let at = 0; at < points; at++) {
    const point = grid[at]!
    // The product over all others, without dividing by what may be zero: from the left here, from the right below.
    let product = 1
    for (let n = 0; n < count; n++) {
      const left = 1 - cdfAt(scale[n]! * point + shift[n]!)
      const half = (above[n]! + left) / 2
      mass[n] = (above[n]! - left) * product
      before[n] = half
      above[n] = left
      product *= half
    }
    product = 1
    for (let n = count - 1; n >= 0; n--) {
      sums[n]! += mass[n]! * product
      product *= before[n]!
    }
  }
  let sum = 0
  for (let n = 0; n < count; n++) sum += sums[n]!
  for (let n = 0; n < count; n++) chances[inside[n]!] = sums[n]! / sum
}

const pointsEach = (count: number) => Math.max(5, Math.floor(MAX_POINTS / count))
const pointsFor = (count: number) => count * pointsEach(count) + 1

/** Lays the points into `grid`, in order, and gives how many there are. */
function layGrid(inside: readonly number[], means: Numbers, sds: Numbers, ceiling: number): number {
  const each = pointsEach(inside.length)
  let length = 0
  for (let n = 0; n < inside.length; n++) {
    const mean = means[inside[n]!]!
    const reach = sds[inside[n]!]! * TAIL
    let k = each - 1
    while (k >= 0 && !(pointOf(mean, reach, k, each) < ceiling)) k--
    // In order by themselves: merged from the end on with those that are there.
    let to = length + k
    let from = length - 1
    length = to + 1
    for (; k >= 0; k--) {
      const point = pointOf(mean, reach, k, each)
      for (; from >= 0 && grid[from]! > point; from--) grid[to--] = grid[from]!
      grid[to--] = point
    }
  }
  grid[length++] = ceiling
  return length
}

const pointOf = (mean: number, reach: number, k: number, each: number) => mean + reach * (2 * ((k + 0.5) / each) - 1)
