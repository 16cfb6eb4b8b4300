import { count, percent, speed, speedColumn, time, usd } from '../../base/format/numbers.ts'
import { printable } from '../../base/format/text.ts'
import { GAMMA, TIME } from '../../base/grid.ts'
import { SHORT_ANSWERS } from '../../base/short-answers.ts'
import { unitNamed } from '../../base/work-units.ts'
import type { OutcomeKind } from '../../plugins/api.ts'
import type { Screen } from '../colour.ts'
import { table } from '../table.ts'
import { failures } from './kinds.ts'

/**
 * What `router stats --json` prints: times in milliseconds, money in USD. Times below 11.9 ms are counted together: a
 * quantile between 10 and 11.9 says no more than that it is below.
 */
export interface StatsReport {
  readonly window_s: number
  readonly model?: string
  /** When the last outcome came, whatever the window; absent when nothing is on record. */
  readonly last_at?: string
  /** When the stats were saved; absent when they have not been, or by an older router. */
  readonly saved_at?: string
  /** How often a running router saves what is new. */
  readonly save_every_s: number
  readonly rows: readonly EndpointStats[]
}

export interface EndpointStats {
  readonly endpoint: string
  /** Configured models that it serves; empty when it is not configured any more. */
  readonly models: readonly string[]
  readonly simulated: boolean
  readonly class?: string
  readonly requests: number
  /** Of the answers that count: neither the caller's faults nor 429. */
  readonly success_rate?: number
  readonly outcomes: Readonly<Partial<Record<OutcomeKind, number>>>
  readonly ttft_ms?: QuantileFigures
  /** What the speed counts, where it is not tokens: `images`, `characters`, `seconds` (of audio), `documents`. */
  readonly speed_unit?: string
  readonly tokens_per_second?: QuantileFigures
  readonly total_ms?: QuantileFigures
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cache_read_tokens: number
  readonly cost_usd: number
  /** Length of its answers over that of the model's other endpoints; absent where fewer than 20 of either are known. */
  readonly length_ratio?: number
  readonly beliefs?: BeliefFigures
}

export interface QuantileFigures {
  readonly p50: number
  readonly p75: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly n: number
}

export interface BeliefFigures {
  readonly ttft_ms: BeliefFigure
  readonly tokens_per_second: BeliefFigure
  readonly success: { readonly mean: number; readonly a: number; readonly b: number }
  /** How many times slower than believed it is right now, at least 1. */
  readonly stall: number
  /** Its streams come in one piece. */
  readonly buffered: boolean
  /** Milliseconds until its failures show. */
  readonly detect_ms: number
  /** Length of its answers over that of the model's other endpoints'; 1 where nothing unusual is known. */
  readonly length_ratio: number
  /** Milliseconds that it takes to wake, where it is idle now and was seen to sleep; 0 else. */
  readonly waking_ms: number
  /** How many times slower its answers of the last hour were than those of weeks. */
  readonly lately: number
  /** Structured answers (tools, JSON schema) that are well-formed. */
  readonly well_formed: { readonly mean: number; readonly a: number; readonly b: number }
  /** Share of the input that is expected to be read from a prompt cache. */
  readonly cache_share: number
  /** What is really paid over what list prices and expected tokens come to, and the answers behind it. */
  readonly effective_price: { readonly ratio: number; readonly n: number }
}

interface BeliefFigure {
  readonly mean: number
  /** Standard deviation of the natural logarithm. */
  readonly log_sd: number
  readonly n: number
  readonly from: string
}

const WINDOWS: Readonly<Record<number, string>> = { 30: '30 s', 300: '5 min', 1800: '30 min', 86400: 'day' }

/** What `well_formed` starts from, in answers. */
const ASSUMED = 4

/** Below it times are counted together. Milliseconds. */
const FLOOR_MS = TIME.smallest * GAMMA

/** A time that was counted on the grid. */
const gridTime = (ms: number | undefined) => (ms !== undefined && ms <= FLOOR_MS ? `< ${time(FLOOR_MS)}` : time(ms))

const right = (title: string) => ({ title, align: 'right' }) as const

const figuresWith = (speedTitle: string) => [
  ...['requests', 'success', 'TTFT p50'].map(right),
  { ...right('p95'), label: 'TTFT p95' },
  ...[speedTitle, 'total p50'].map(right),
  { ...right('p95'), label: 'total p95' },
  right('tokens in'),
  { ...right('out'), label: 'tokens out' },
  right('cost'),
]

/** One line an endpoint (or endpoint and class), then every failure by kind. */
export function statsView(report: StatsReport, screen: Screen, now: number): string {
  if (report.rows.length === 0) return emptyView(report, now)
  const { dim, red, bold, yellow } = screen.palette
  const classes = report.rows.some((row) => row.class !== undefined)
  const speeds = speedColumn(report.rows.map((row) => unitNamed(row.speed_unit)))
  const columns = [
    { title: 'endpoint', shrink: true },
    ...(classes ? [{ title: 'class' }] : []),
    ...figuresWith(speeds.title),
  ]
  const rows = report.rows.map((row, at) => [
    nameOf(row),
    ...(classes ? [row.class ?? ''] : []),
    count(row.requests),
    percent(row.success_rate),
    gridTime(row.ttft_ms?.p50),
    gridTime(row.ttft_ms?.p95),
    speed(row.tokens_per_second?.p50, speeds.units[at]),
    gridTime(row.total_ms?.p50),
    gridTime(row.total_ms?.p95),
    count(row.input_tokens),
    count(row.output_tokens),
    usd(row.cost_usd),
  ])
  const failed = report.rows
    .map((row) => [nameOf(row), row.class ?? '', failures(row.outcomes)] as const)
    .filter(([, , kinds]) => kinds !== '')
    .map(
      ([name, workloadClass, kinds]) =>
        `  ${[name, workloadClass, red(kinds)].filter((part) => part !== '').join('  ')}`,
    )
  const short = [...new Map(report.rows.map((row) => [row.endpoint, row])).values()]
    .filter(({ length_ratio: ratio = 1 }) => ratio < SHORT_ANSWERS)
    .map(
      (row) =>
        `  ${nameOf(row)}  ${yellow(`its answers are ${percent(row.length_ratio)} as long as those of the model's other endpoints: look at what it says`)}`,
    )
  return [
    dim(
      `Last ${WINDOWS[report.window_s] ?? `${report.window_s} s`}${report.model === undefined ? '' : `, endpoints of ${report.model}`}${savedText(report, now)}`,
    ),
    table(columns, rows, screen),
    ...(failed.length > 0 ? ['', bold('Not ok, by kind'), ...failed] : []),
    ...(short.length > 0 ? ['', bold('! Short answers'), ...short] : []),
  ].join('\n')
}

/** What is believed per endpoint and class: the mean, `×/÷` one standard deviation, and the observations behind it. */
export function beliefsView(report: StatsReport, screen: Screen, now: number): string {
  const believed = report.rows.flatMap((row) => (row.beliefs ? [{ row, beliefs: row.beliefs }] : []))
  if (believed.length === 0) return emptyView(report, now)
  const speeds = speedColumn(believed.map(({ row }) => unitNamed(row.speed_unit)))
  const columns = [
    { title: 'endpoint', shrink: true },
    { title: 'class' },
    ...['TTFT', '×/÷', 'n'].map(right),
    { title: 'from' },
    ...[speeds.title, '×/÷', 'n'].map(right),
    { title: 'from' },
    ...['success', 'stall', 'fails after', 'well-formed', 'cached', 'price', 'length', 'wakes in', 'lately'].map(right),
    { title: 'streams' },
  ]
  const cells = (figure: BeliefFigure, show: (mean: number) => string) => [
    show(figure.mean),
    Math.exp(figure.log_sd).toFixed(2),
    figure.n < 10 ? figure.n.toFixed(1) : count(figure.n),
    figure.from,
  ]
  const rows = believed.map(({ row, beliefs }, at) => [
    nameOf(row),
    row.class ?? '',
    ...cells(beliefs.ttft_ms, time),
    ...cells(beliefs.tokens_per_second, (value) => speed(value, speeds.units[at])),
    percent(beliefs.success.mean),
    beliefs.stall > 1.005 ? `${beliefs.stall.toFixed(1)}x` : '-',
    time(beliefs.detect_ms),
    beliefs.well_formed.a + beliefs.well_formed.b > ASSUMED ? percent(beliefs.well_formed.mean) : '-',
    beliefs.cache_share > 0.0005 ? percent(beliefs.cache_share) : '-',
    beliefs.effective_price.n > 0 ? `${percent(beliefs.effective_price.ratio)} of list` : '-',
    Math.abs(beliefs.length_ratio - 1) > 0.05
      ? `${beliefs.length_ratio < SHORT_ANSWERS ? '! ' : ''}${beliefs.length_ratio.toFixed(2)}x`
      : '-',
    beliefs.waking_ms > 0 ? time(beliefs.waking_ms) : '-',
    Math.abs(beliefs.lately - 1) > 0.05 ? `${beliefs.lately.toFixed(1)}x` : '-',
    beliefs.buffered ? 'in one piece' : '',
  ])
  const head = report.saved_at === undefined ? [] : [screen.palette.dim(`What is believed${savedText(report, now)}`)]
  return [...head, table(columns, rows, screen)].join('\n')
}

/** Not what a running router holds, which may be newer. */
function savedText({ saved_at, save_every_s }: StatsReport, now: number): string {
  if (saved_at === undefined) return ''
  return `, as of ${agoText(now - Date.parse(saved_at))} ago; a running router saves what is new every ${save_every_s} s`
}

const nameOf = (row: EndpointStats): string => printable(row.endpoint) + kindOf(row)

function kindOf({ endpoint, models, simulated }: EndpointStats): string {
  if (simulated) return ' (simulated)'
  if (models.length > 0) return ''
  return endpoint.endsWith('/*') ? ' (passed through)' : ' (not configured)'
}

function emptyView(report: StatsReport, now: number): string {
  const whose = report.model === undefined ? '' : ` for the endpoints of ${report.model}`
  if (report.last_at === undefined) {
    return `Nothing has been recorded yet${whose}. A running router saves what is new every ${report.save_every_s} s. Start the router with "router serve" and send it requests, or measure with "router bench".`
  }
  const ago = now - Date.parse(report.last_at)
  const hint =
    ago < 86_400_000 ? 'Try a longer --window.' : 'What is still believed of earlier ones: router stats --beliefs.'
  return `Nothing in the last ${WINDOWS[report.window_s] ?? `${report.window_s} s`}${whose}; the last outcome is ${agoText(ago)} old. ${hint}`
}

function agoText(ms: number): string {
  const hours = ms / 3_600_000
  return hours < 1
    ? time(Math.max(0, ms))
    : hours < 48
      ? `${Math.round(hours)} hours`
      : `${Math.round(hours / 24)} days`
}
