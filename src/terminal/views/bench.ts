import { percent, speed, speedColumn, time, usd } from '../../base/format/numbers.ts'
import { pad, printable, shorten } from '../../base/format/text.ts'
import { type EndpointSummary, type Spread, unitOf } from '../../bench/summary.ts'
import type { Screen } from '../colour.ts'
import { axisFor, axisLine, boxPlot, sparkline } from '../plot.ts'
import { table } from '../table.ts'
import { failures } from './kinds.ts'

const columnsOf = (speedTitle: string) => [
  { title: 'endpoint', shrink: true },
  { title: 'n', align: 'right' as const },
  { title: 'ok', align: 'right' as const },
  { title: 'TTFT p50', align: 'right' as const },
  { title: 'p95', label: 'TTFT p95', align: 'right' as const },
  { title: speedTitle, align: 'right' as const },
  { title: 'total p50', align: 'right' as const },
  { title: 'p95', label: 'total p95', align: 'right' as const },
  { title: 'cost', align: 'right' as const },
]

/** Columns of the widest plot; more only pulls the boxes apart. */
const PLOT_WIDTH = 48
const SPARK_WIDTH = 20
const LABEL_WIDTH = 32

/**
 * What a benchmark found: a table, failures with an example each, and plots of both times. `simulated`: ids of
 * endpoints that make answers up.
 */
export function benchView(
  summaries: readonly EndpointSummary[],
  screen: Screen,
  simulated: ReadonlySet<string> = new Set(),
): string {
  const { green, red, bold } = screen.palette
  const speeds = speedColumn(summaries.map(({ operation }) => unitOf(operation)))
  const rows = summaries.map((summary, at) => [
    printable(summary.endpoint) + (simulated.has(summary.endpoint) ? ' (simulated)' : ''),
    String(summary.requests),
    summary.requests === 0
      ? '-'
      : (summary.ok === summary.requests ? green : red)(percent(summary.ok / summary.requests)),
    time(summary.ttft?.p50),
    time(summary.ttft?.p95),
    speed(summary.tokensPerSecond?.p50, speeds.units[at]),
    time(summary.total?.p50),
    time(summary.total?.p95),
    usd(summary.costUsd),
  ])
  const failed = summaries
    .filter((summary) => summary.ok < summary.requests)
    .map((summary) => {
      const reason = summary.lastError === undefined ? '' : `: ${printable(summary.lastError)}`
      return `  ${printable(summary.endpoint)}  ${red(failures(summary.errors))}${reason}`
    })
  return [
    table(columnsOf(speeds.title), rows, screen),
    failed.length > 0 && [bold('Failures'), ...failed].join('\n'),
    plots('Time to first token', summaries, (summary) => summary.ttft, screen, true),
    plots('Total time', summaries, (summary) => summary.total, screen, false),
  ]
    .filter((part) => part !== false && part !== '')
    .join('\n\n')
}

/** One box an endpoint on a common axis, and with `series` the requests in order, `×` for a failed one. */
function plots(
  title: string,
  summaries: readonly EndpointSummary[],
  spreadOf: (summary: EndpointSummary) => Spread | undefined,
  screen: Screen,
  series: boolean,
): string {
  const boxes = summaries.map(spreadOf).filter((box) => box !== undefined)
  if (boxes.length === 0) return ''
  const labelWidth = Math.min(LABEL_WIDTH, Math.max(...summaries.map((summary) => printable(summary.endpoint).length)))
  const axis = axisFor(boxes, Math.max(16, Math.min(PLOT_WIDTH, screen.width - labelWidth - SPARK_WIDTH - 6)))
  const lines = summaries.map((summary) => {
    const box = spreadOf(summary)
    const label = pad(shorten(printable(summary.endpoint), labelWidth), labelWidth)
    const plot = box === undefined ? ' '.repeat(axis.width) : boxPlot(box, axis)
    const spark = series ? sparkline(summary.series, SPARK_WIDTH) : ''
    return `  ${label}  ${screen.palette.cyan(plot)}  ${spark}`.trimEnd()
  })
  const legend = screen.palette.dim(
    `├ min  ▒ middle half  █ median  ┃ p95  ┤ max${series ? '   right: each request in order, × failed' : ''}`,
  )
  return [
    screen.palette.bold(title),
    ...lines,
    `  ${' '.repeat(labelWidth)}  ${screen.palette.dim(axisLine(axis))}`,
    ...(series ? [`  ${legend}`] : []),
  ].join('\n')
}
