import { seeded } from '../base/random.ts'

export const mean = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/**
 * The value below which a share `q` of the sorted values lies, linear between them (type 7 of Hyndman and Fan); NaN of
 * none.
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const place = q * (sorted.length - 1)
  const below = sorted[Math.floor(place)]
  return below === undefined ? Number.NaN : below + (place % 1) * (sorted[Math.ceil(place)]! - below)
}

/**
 * The median of weighted values: the middle of each value's weight is a point, and the median lies where the line
 * through them crosses half of all weight. Two values of equal weight give their mean. NaN of none.
 */
export function weightedMedian(values: readonly { readonly value: number; readonly weight: number }[]): number {
  const sorted = values.filter(({ weight }) => weight > 0).sort((a, b) => a.value - b.value)
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2
  let before = 0
  let last: { readonly at: number; readonly value: number } | undefined
  for (const { value, weight } of sorted) {
    const at = before + weight / 2
    if (at >= half) return last ? last.value + ((half - last.at) / (at - last.at)) * (value - last.value) : value
    last = { at, value }
    before += weight
  }
  return last?.value ?? Number.NaN
}

export type Interval = readonly [low: number, high: number]

const RESAMPLES = 2000

/**
 * The 95 % percentile interval of `statistic` under resampling of whole groups: rounds of one cell depend on each
 * other, so what is drawn again is the cell (cluster bootstrap, 2,000 resamples, a fixed seed). One group gives no
 * interval: [NaN, NaN].
 */
export function bootstrap<Group>(groups: readonly Group[], statistic: (sample: readonly Group[]) => number): Interval {
  if (groups.length < 2) return [Number.NaN, Number.NaN]
  const random = seeded(1)
  const values = new Float64Array(RESAMPLES)
  const sample = new Array<Group>(groups.length)
  for (let i = 0; i < RESAMPLES; i++) {
    for (let j = 0; j < groups.length; j++) sample[j] = groups[Math.floor(random() * groups.length)]!
    values[i] = statistic(sample)
  }
  values.sort()
  return [quantile(values, 0.025), quantile(values, 0.975)]
}
