import { escapeHtml } from '../../base/format/escape-html.ts'
import { figure } from './text.ts'
import type { ReplayReport, ReportRow } from './types.ts'

const WIDTH = 900
const LABEL = 150
/** Okabe and Ito's colours, which most colour-blind people can tell apart. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#a08a00', '#777777']
const colour = (index: number) => COLOURS[index % COLOURS.length]!

/** A bar with its interval for every row, as SVG. */
export function barChart({ rows }: ReplayReport): string {
  const max = Math.max(
    1e-9,
    ...rows.map(({ value, interval }) => Math.max(value, interval?.[1] ?? 0)).filter(Number.isFinite),
  )
  const x = (value: number) => (LABEL + (Math.max(0, value) / max) * (WIDTH - LABEL - 70)).toFixed(1)
  const lines = rows.map(({ name, value, interval, baseline }, index) => {
    const y = 26 * index
    if (!Number.isFinite(value)) return ''
    const whisker = interval?.every(Number.isFinite)
      ? `<path d="M${x(interval[0])} ${y + 12}H${x(interval[1])}" stroke="currentColor" stroke-width="1.5"/>`
      : ''
    const width = (Number(x(value)) - LABEL).toFixed(1)
    const end = Math.max(Number(x(value)), Number(x(interval?.[1] ?? 0))) + 6
    return (
      `<text x="${LABEL - 8}" y="${y + 16}" text-anchor="end" fill="currentColor">${escapeHtml(name)}</text>` +
      `<rect x="${LABEL}" y="${y + 4}" width="${width}" height="16" fill="${baseline ? '#999999' : colour(index)}" fill-opacity=".75"/>${whisker}` +
      `<text x="${end.toFixed(1)}" y="${y + 16}" fill="currentColor">${figure(value)}</text>`
    )
  })
  return `<svg viewBox="0 0 ${WIDTH} ${26 * rows.length}" role="img">${lines.join('\n')}</svg>`
}

const HEIGHT = 300
const LEFT = 60

/** The rows' values over time as lines, as SVG. */
export function lineChart(rows: readonly ReportRow[], unit: string): string {
  const drawn = rows
    .map(({ curve = [], ...row }, index) => ({ ...row, curve, index }))
    .filter(({ curve }) => curve.length > 1)
  const max = Math.max(1e-9, ...drawn.flatMap((row) => row.curve.filter(Number.isFinite)))
  const longest = Math.max(2, ...drawn.map((row) => row.curve.length))
  const x = (at: number) => (LEFT + (at / (longest - 1)) * (WIDTH - LEFT - 10)).toFixed(1)
  const y = (value: number) => (HEIGHT - (value / max) * (HEIGHT - 10)).toFixed(1)
  const stroke = (row: (typeof drawn)[number]) => (row.baseline ? '#999999" stroke-dasharray="4 3' : colour(row.index))
  const paths = drawn.map((row) => {
    const points = row.curve.flatMap((value, at) => (Number.isFinite(value) ? [`${x(at)} ${y(value)}`] : []))
    return `<path d="M${points.join('L')}" fill="none" stroke="${stroke(row)}" stroke-width="1.8"><title>${escapeHtml(row.name)}</title></path>`
  })
  const legend = drawn.map((row, at) => {
    const [left, top] = [LEFT + 210 * (at % 4), HEIGHT + 44 + 20 * Math.floor(at / 4)]
    const line = `<path d="M${left} ${top - 4}h22" stroke="${stroke(row)}" stroke-width="3"/>`
    return `${line}<text x="${left + 28}" y="${top}" fill="currentColor">${escapeHtml(row.name)}</text>`
  })
  const axes =
    `<path d="M${LEFT} 10V${HEIGHT}H${WIDTH - 10}" fill="none" stroke="currentColor" stroke-opacity=".5"/>` +
    `<text x="${LEFT - 8}" y="16" text-anchor="end" fill="currentColor">${figure(max)}</text>` +
    `<text x="${LEFT - 8}" y="${HEIGHT}" text-anchor="end" fill="currentColor">0</text>` +
    `<text x="${WIDTH - 10}" y="${HEIGHT + 18}" text-anchor="end" fill="currentColor">${escapeHtml(unit)} ${longest}</text>`
  const height = HEIGHT + 50 + 20 * Math.ceil(drawn.length / 4)
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img">${axes}${paths.join('\n')}${legend.join('\n')}</svg>`
}
