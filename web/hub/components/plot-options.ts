import uPlot from 'uplot'
import type { PlotData } from '../state/plot-data.ts'
import { colourOf, dashOf, themeColour } from './palette.ts'

const HEIGHT = 180
/** Plots of a page move their cursors together. */
const SYNC = 'model'

/**
 * How uPlot draws a figure. Colours are asked for at each drawing, so that a change of theme needs no more than a
 * redraw; times are UTC, as everywhere on the page. `onCursor` gets the index of the value at the cursor, null when
 * that leaves.
 */
export function plotOptions(
  width: number,
  data: PlotData,
  tick: (value: number) => string,
  onCursor: (index: number | null) => void,
): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: () => themeColour('--muted'),
    grid: { stroke: () => themeColour('--line'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  }
  return {
    width,
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: { sync: { key: SYNC }, y: false, drag: { x: true, y: false } },
    axes: [
      { ...axis, size: 28, values: (_plot, times) => times.map(formatTick) },
      {
        ...axis,
        size: 64,
        space: 28,
        values: (_plot, values) => values.map((value) => (value === null ? '' : tick(value))),
      },
    ],
    series: [
      {},
      ...data.series.map(
        ({ provider }, index): uPlot.Series => ({
          label: provider,
          stroke: () => colourOf(index),
          dash: dashOf(index),
          width: 1.5,
          points: { show: data.times.length < 3 },
          spanGaps: false,
        }),
      ),
    ],
    hooks: { setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)] },
  }
}

/** The time of day, at midnight the date. */
function formatTick(unixSeconds: number): string {
  const [date = '', time = ''] = new Date(unixSeconds * 1000).toISOString().split('T')
  return time.startsWith('00:00') ? date.slice(5) : time.slice(0, 5)
}
