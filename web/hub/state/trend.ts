import type { HistoryValues } from '../../../src/hub/publish/page-data.ts'

/** Points of a sparkline. */
const POINTS = 24
/** Fewer epochs say nothing about where something goes. */
const LEAST_VALUES = 4

export interface Trend {
  /** Heights from 0 (the least value) to 1 (the greatest), oldest first. */
  readonly points: readonly number[]
  /** The median of the newest quarter over that of the oldest, less 1. */
  readonly change: number
}

/** Where a figure goes; undefined with too few values. */
export function trendOf(values: HistoryValues): Trend | undefined {
  const known = values.filter((value) => value !== null)
  if (known.length < LEAST_VALUES) return undefined
  const quarter = Math.max(1, Math.floor(known.length / 4))
  const before = median(known.slice(0, quarter))
  const change = before > 0 ? median(known.slice(-quarter)) / before - 1 : 0
  return { points: scaled(thinned(known)), change: Math.round(change * 1000) / 1000 }
}

/** At most `POINTS` values: means of runs of neighbours. */
function thinned(values: readonly number[]): number[] {
  const count = Math.min(POINTS, values.length)
  return Array.from({ length: count }, (_, point) => {
    const run = values.slice(Math.floor((point * values.length) / count), Math.floor(((point + 1) * values.length) / count))
    return run.reduce((sum, value) => sum + value, 0) / run.length
  })
}

/** A flat line lies in the middle; changes of less than a tenth do not fill the height, or noise would look like drama. */
function scaled(values: readonly number[]): number[] {
  const least = Math.min(...values)
  const most = Math.max(...values)
  const middle = (least + most) / 2
  const span = Math.max(most - least, 0.1 * middle)
  return values.map((value) => (span > 0 ? Math.round((0.5 + (value - middle) / span) * 100) / 100 : 0.5))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2
}
