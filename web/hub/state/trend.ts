import type { History, HistoryValues } from '../../../src/hub/publish/page-data.ts'

/** How far back a trend looks. */
const WINDOW_S = 7 * 86_400
/** Points of a sparkline. */
const POINTS = 24
/** Fewer values say nothing about where something goes. */
const MIN_VALUES = 4

export interface Trend {
  /** Heights from 0 (the least value) to 1 (the greatest), oldest first, evenly in time. */
  readonly points: readonly number[]
  /** The median of the newest quarter of the time over that of the oldest, less 1. */
  readonly change: number
}

/** A value at a moment from 0 to 1 of the time looked at. */
interface Known {
  readonly moment: number
  readonly value: number
}

/** Where a figure went within the last week; undefined with too few values. */
export function trendOf(
  { epochs, epoch_seconds }: Pick<History, 'epochs' | 'epoch_seconds'>,
  values: HistoryValues,
): Trend | undefined {
  const oldest = (epochs.at(-1) ?? 0) - WINDOW_S / epoch_seconds
  const shown = epochs.flatMap((epoch, index) =>
    epoch > oldest && typeof values[index] === 'number' ? [{ epoch, value: values[index] }] : [],
  )
  if (shown.length < MIN_VALUES) return undefined
  const first = shown[0]!.epoch
  const span = shown.at(-1)!.epoch - first
  const known = shown.map(({ epoch, value }) => ({ moment: (epoch - first) / span, value }))
  const before = median(known.filter(({ moment }) => moment <= 0.25))
  const change = before > 0 ? median(known.filter(({ moment }) => moment >= 0.75)) / before - 1 : 0
  return { points: scaled(thinned(known, Math.min(POINTS, span + 1))), change: Math.round(change * 1000) / 1000 }
}

/** Means over equal parts of the time; a part without values repeats the one before. */
function thinned(known: readonly Known[], count: number): number[] {
  const parts = Map.groupBy(known, ({ moment }) => Math.min(count - 1, Math.floor(moment * count)))
  let last = 0
  return Array.from({ length: count }, (_, part) => {
    const own = parts.get(part)
    if (own) last = own.reduce((sum, { value }) => sum + value, 0) / own.length
    return last
  })
}

/**
 * A flat line lies in the middle; changes of less than a tenth do not fill the height, or noise would look like drama.
 */
function scaled(values: readonly number[]): number[] {
  const least = Math.min(...values)
  const most = Math.max(...values)
  const middle = (least + most) / 2
  const span = Math.max(most - least, 0.1 * middle)
  return values.map((value) => (span > 0 ? Math.round((0.5 + (value - middle) / span) * 100) / 100 : 0.5))
}

function median(known: readonly Known[]): number {
  const sorted = known.map(({ value }) => value).sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2
}
