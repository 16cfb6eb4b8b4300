import { pad, printable, shorten } from '../../base/format/text.ts'
import { figure } from '../../replay/report/text.ts'
import type { ReplayReport, ReportRow } from '../../replay/report/types.ts'
import type { Screen } from '../colour.ts'
import { type Column, table } from '../table.ts'

const PLOT_WIDTH = 48
const LABEL_WIDTH = 24

/** A replay's figures: a table, and a bar with its interval for each strategy. */
export function replayView(report: ReplayReport, screen: Screen): string {
  const { bold, dim } = screen.palette
  const columns: Column[] = [
    { title: 'strategy', shrink: true },
    ...[report.value, '95 %', ...report.more].map((title) => ({ title, align: 'right' as const })),
  ]
  const rows = report.rows.map(({ name, baseline, value, interval, more }) => {
    const style = baseline ? dim : (text: string) => text
    const cells = [
      figure(value),
      interval ? `${figure(interval[0])} to ${figure(interval[1])}` : '-',
      ...more.map(figure),
    ]
    return [printable(name), ...cells.map(style)]
  })
  return [
    `${bold(report.title)}\n${dim(report.facts)}`,
    rows.length > 0 && table(columns, rows, screen),
    rows.length > 0 && plot(report, screen),
    (report.remarks ?? []).map(printable).join('\n'),
    report.notes.map((note) => dim(printable(note))).join('\n'),
  ]
    .filter((part) => part !== false && part !== '')
    .join('\n\n')
}

function plot({ rows, value }: ReplayReport, screen: Screen): string {
  const max = Math.max(...rows.map((row) => Math.max(row.value, row.interval?.[1] ?? 0)).filter(Number.isFinite), 1e-9)
  const label = Math.min(LABEL_WIDTH, Math.max(...rows.map(({ name }) => printable(name).length)))
  const width = Math.max(10, Math.min(PLOT_WIDTH, screen.width - label - 4))
  const lines = rows.map((row) => {
    const colour = row.baseline ? screen.palette.dim : screen.palette.cyan
    return `  ${pad(shorten(printable(row.name), label), label)}  ${colour(bar(row, max, width))}`.trimEnd()
  })
  const end = figure(max)
  const axis = `0${' '.repeat(Math.max(1, width - 1 - end.length))}${end}`
  return [screen.palette.bold(value), ...lines, `  ${' '.repeat(label)}  ${screen.palette.dim(axis)}`].join('\n')
}

/** `█` up to the value, `├─┤` over the interval. */
function bar({ value, interval }: ReportRow, max: number, width: number): string {
  const at = (number: number) => Math.min(width - 1, Math.max(0, Math.round((number / max) * (width - 1))))
  const cells = new Array<string>(width).fill(' ')
  if (Number.isFinite(value)) cells.fill('█', 0, at(value) + 1)
  if (interval?.every(Number.isFinite)) {
    cells.fill('─', at(value) + 1, at(interval[1]) + 1)
    cells[at(interval[0])] = '├'
    cells[at(interval[1])] = '┤'
  }
  return cells.join('')
}
