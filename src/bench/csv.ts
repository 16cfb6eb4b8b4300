import { type Sample, sampleSpeed } from './summary.ts'

const COLUMNS = [
  'endpoint',
  'round',
  'ended_at',
  'kind',
  'status',
  'ttft_ms',
  'total_ms',
  'tokens_per_second',
  'input_tokens',
  'output_tokens',
  'cost_usd',
  'message',
  'operation',
] as const

/**
 * RFC 4180 quoting. A leading `=`, `+`, `-` or `@` of a text is kept from being a formula when a spreadsheet opens the
 * file.
 */
function field(value: string | number | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Every request as one line, in order of time, with a head line. Times in milliseconds, rounded to microseconds. */
export function toCsv(samples: readonly Sample[]): string {
  const round = (value: number | undefined) => (value === undefined ? undefined : Math.round(value * 1000) / 1000)
  const rows = samples.map(({ endpoint, round: number, at, attempt, operation = 'chat' }) => [
    endpoint,
    number,
    new Date(at).toISOString(),
    attempt.kind,
    attempt.status,
    round(attempt.ttftMs),
    round(attempt.totalMs),
    round(sampleSpeed({ attempt, operation })),
    attempt.usage?.inputTokens,
    attempt.usage?.outputTokens,
    attempt.costUsd,
    attempt.message,
    operation,
  ])
  return [COLUMNS.join(','), ...rows.map((row) => row.map(field).join(','))].join('\r\n')
}
