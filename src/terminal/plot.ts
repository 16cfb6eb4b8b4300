import type { Box } from '../base/format/box.ts'
import { time } from '../base/format/numbers.ts'

/** A logarithmic axis: latencies span decades, and a factor looks the same everywhere on it. */
export interface Axis {
  readonly from: number
  readonly to: number
  /** Columns. */
  readonly width: number
}

/** The axis that holds every box; at least a factor of two wide, so that equal times do not blow up. */
export function axisFor(boxes: readonly Box[], width: number): Axis {
  const from = Math.max(1e-3, Math.min(...boxes.map((box) => box.min)))
  return { from, to: Math.max(from * 2, ...boxes.map((box) => box.max)), width }
}

/** Column of a value, from 0 to width - 1. */
function place(value: number, axis: Axis): number {
  const share = Math.log(Math.max(value, axis.from) / axis.from) / Math.log(axis.to / axis.from)
  return Math.min(axis.width - 1, Math.max(0, Math.round(share * (axis.width - 1))))
}

/**
 * A box plot on one line: `├` minimum, `▒` the middle half, `█` the median, `┃` p95, `┤` maximum. On one column the
 * later of min, max, middle half, p95, median wins.
 */
export function boxPlot(box: Box, axis: Axis): string {
  const at = (value: number) => place(value, axis)
  const cells = new Array<string>(axis.width).fill(' ')
  cells.fill('─', at(box.min), at(box.max) + 1)
  cells[at(box.min)] = '├'
  cells[at(box.max)] = '┤'
  cells.fill('▒', at(box.p25), at(box.p75) + 1)
  cells[at(box.p95)] = '┃'
  cells[at(box.p50)] = '█'
  return cells.join('')
}

/** The two ends of an axis of milliseconds, as a line below the plots. */
export function axisLine(axis: Axis): string {
  const [from, to] = [time(axis.from), time(axis.to)]
  return from + ' '.repeat(Math.max(1, axis.width - from.length - to.length)) + to
}

const BARS = '▁▂▃▄▅▆▇█'

/**
 * One character a value, in order of time, on a logarithmic scale from the smallest to the largest; `×` for undefined
 * (a failure). Longer series are cut into `width` runs, each shown by its largest value, so that no outlier and no
 * failure is lost.
 */
export function sparkline(values: readonly (number | undefined)[], width: number): string {
  const known = values.filter((value) => value !== undefined)
  const from = Math.max(1e-3, Math.min(...known))
  const range = Math.log(Math.max(from * 2, ...known) / from)
  const bar = (value: number) =>
    BARS[Math.min(7, Math.max(0, Math.round((Math.log(Math.max(value, from) / from) / range) * 7)))] ?? ''
  const columns = Math.min(width, values.length)
  let line = ''
  for (let column = 0; column < columns; column += 1) {
    const run = values.slice(
      Math.floor((column * values.length) / columns),
      Math.floor(((column + 1) * values.length) / columns),
    )
    line += run.includes(undefined) ? '×' : bar(Math.max(...run.filter((value) => value !== undefined)))
  }
  return line
}
