import type { HistoryValues } from '../../../src/hub/publish/page-data.ts'

/** A place on an axis, from 0 to 1. */
interface Tick {
  readonly value: number
  readonly at: number
}

export interface Scale {
  readonly min: number
  readonly max: number
  readonly ticks: readonly Tick[]
}

/** Ticks of values at the most, and of times. */
const MAX_TICKS = 4
const MAX_TIMES = 6
/** Less is flat, as a share of the value; and the least value that is told from nothing. */
const MIN_SPREAD = 1e-6
const HOUR_S = 3_600
const DAY_S = 24 * HOUR_S
/** Steps between ticks of time. */
const TIME_STEPS = [HOUR_S, 3 * HOUR_S, 6 * HOUR_S, 12 * HOUR_S, DAY_S, 2 * DAY_S, 5 * DAY_S, 10 * DAY_S]

/** Over all values, from and to round ones. Undefined without any. */
export function valueScale(lines: readonly HistoryValues[]): Scale | undefined {
  const values = lines.flatMap((line) => line.filter((value) => value !== null))
  if (values.length === 0) return undefined
  const least = Math.min(...values)
  const most = Math.max(...values)
  // A flat line lies in the middle.
  const size = Math.max(Math.abs(least), Math.abs(most), MIN_SPREAD)
  const isFlat = most - least < size * MIN_SPREAD
  const spread = isFlat ? size : most - least
  const step = roundStep(spread / (MAX_TICKS - 1))
  const low = isFlat ? least - spread / 2 : least
  const high = isFlat ? most + spread / 2 : most
  const min = Math.floor(low / step + 1e-9) * step
  const max = Math.ceil(high / step - 1e-9) * step
  const count = Math.round((max - min) / step)
  const ticks = Array.from({ length: count + 1 }, (_, index) => ({
    value: Number((min + index * step).toPrecision(12)),
    at: index / count,
  }))
  return { min, max, ticks }
}

/** 1, 2 or 5 times a power of ten, at least as large. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return power * ([1, 2, 5].find((step) => step * power >= least * (1 - 1e-9)) ?? 10)
}

/** Of Unix seconds, ascending; ticks on whole hours or days. */
export function timeScale(times: readonly number[]): Scale {
  const min = times[0]!
  const max = Math.max(times.at(-1)!, min + 1)
  const step = TIME_STEPS.find((one) => (max - min) / one <= MAX_TIMES) ?? TIME_STEPS.at(-1)!
  const first = Math.ceil(min / step) * step
  const count = Math.max(0, Math.floor((max - first) / step) + 1)
  const ticks = Array.from({ length: count }, (_, index) => {
    const value = first + index * step
    return { value, at: (value - min) / (max - min) }
  })
  return { min, max, ticks }
}

/** Size of the plane that paths are drawn in. */
export const PLANE = { width: 1_000, height: 200 } as const

/** An SVG path; a gap where nothing was published. A value alone is a short line, so that it is seen. */
export function pathOf(times: readonly number[], line: HistoryValues, x: Scale, y: Scale): string {
  const place = (index: number, value: number) => {
    const across = ((times[index]! - x.min) / (x.max - x.min)) * PLANE.width
    const down = (1 - (value - y.min) / (y.max - y.min)) * PLANE.height
    return `${Math.round(across)} ${Math.round(down * 10) / 10}`
  }
  let path = ''
  let isOpen = false
  line.forEach((value, index) => {
    if (value === null) {
      isOpen = false
      return
    }
    const point = place(index, value)
    path += isOpen ? `L${point}` : `M${point}`
    if (!isOpen && (line[index + 1] ?? null) === null) path += 'h2'
    isOpen = true
  })
  return path
}

/** Index of the time that is nearest to a place from 0 to 1. */
export function nearest(times: readonly number[], { min, max }: Scale, at: number): number {
  const wanted = min + at * (max - min)
  const after = times.findIndex((time) => time >= wanted)
  if (after <= 0) return after < 0 ? times.length - 1 : 0
  return times[after]! - wanted < wanted - times[after - 1]! ? after : after - 1
}
