import type { EndpointRow } from './state/row.ts'

/** Units stand in the names: milliseconds, output tokens a second, shares, USD per million tokens, tokens. */
const COLUMNS: readonly (readonly [name: string, value: (row: EndpointRow) => string | number | undefined])[] = [
  ['provider', (row) => row.provider],
  ['model', (row) => row.model],
  ['canonical_model', (row) => row.name],
  ['ttft_p50_ms', (row) => rounded(row.ttft50, 0)],
  ['ttft_p95_ms', (row) => rounded(row.ttft95, 0)],
  ['total_p50_ms', (row) => rounded(row.total50, 0)],
  ['total_p95_ms', (row) => rounded(row.total95, 0)],
  ['speed_per_second', (row) => rounded(row.speed, 1)],
  ['uptime_1d', (row) => rounded(row.uptime, 5)],
  ['success', (row) => rounded(row.success, 5)],
  ['input_usd_per_million', (row) => row.price?.input],
  ['output_usd_per_million', (row) => row.price?.output],
  ['cache_read_usd_per_million', (row) => row.price?.cacheRead],
  ['paid_usd_per_million', (row) => row.paid],
  ['cache_hit', (row) => rounded(row.cacheHit, 3)],
  ['context_tokens', (row) => row.context],
  ['members_at_least', (row) => row.members],
  ['incident_open', (row) => (row.failing ? 1 : 0)],
]

/** RFC 4180. Empty where nothing is known. */
export function csvOf(rows: readonly EndpointRow[]): string {
  const lines = rows.map((row) => COLUMNS.map(([, value]) => field(value(row))).join(','))
  return [COLUMNS.map(([name]) => name).join(','), ...lines, ''].join('\r\n')
}

const rounded = (value: number | undefined, digits: number): number | undefined =>
  value === undefined ? undefined : Number(value.toFixed(digits))

/** A text that a spreadsheet would take for a formula is kept from being one. */
function field(value: string | number | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
