import { formatMembers, formatPrice, formatShare, formatSpeed, formatTime, formatTokens } from '../format.ts'
import type { DetailRow } from '../state/details.ts'
import { figure, None, Uptime } from './parts.tsx'
import { Sparkline } from './sparkline.tsx'
import { Strip } from './strip.tsx'

export interface DetailColumn {
  readonly label: string
  readonly title?: string
  cell(row: DetailRow): preact.ComponentChild
  /** For comparing: the least of these is the best. */
  rank?(row: DetailRow): number | undefined
}

type Value = (row: DetailRow) => number | undefined
type Format = (value: number) => string

const minus = (value: number | undefined) => value && -value
const shown = (label: string, value: Value, format: Format, title?: string): DetailColumn => ({
  label,
  ...(title !== undefined && { title }),
  cell: (row) => figure(value(row), format),
})
/** The least is the best. */
const lowest = (label: string, value: Value, format: Format, title?: string): DetailColumn => ({
  ...shown(label, value, format, title),
  rank: value,
})
const highest = (label: string, value: Value, format: Format, title?: string): DetailColumn => ({
  ...shown(label, value, format, title),
  rank: (row) => minus(value(row)),
})
const uptime = (label: string, value: Value): DetailColumn => ({
  label,
  cell: (row) => <Uptime value={value(row)} />,
  rank: (row) => minus(value(row)),
})

/** What was measured. */
export const PERFORMANCE: readonly DetailColumn[] = [
  lowest('TTFT p50', (row) => row.ttft50, formatTime, 'Time to first token of streams, median'),
  lowest('TTFT p95', (row) => row.ttft95, formatTime, 'Time to first token of streams, 95th percentile'),
  lowest('Whole p50', (row) => row.total50, formatTime, 'Time of whole answers, median'),
  highest('Tokens/s', (row) => row.speed, formatSpeed, 'Output tokens per second after the first, median'),
  uptime('Uptime 30 min', (row) => row.uptimes.m30),
  uptime('1 day', (row) => row.uptimes.d1),
  uptime('7 days', (row) => row.uptimes.d7),
  { label: 'By day', cell: (row) => <Strip days={row.days} /> },
  highest(
    'Tools, JSON',
    (row) => row.structured,
    formatShare,
    'Share of requests with tools or a JSON schema that went well: a malformed call counts as a fault',
  ),
  {
    label: 'Members',
    title: 'Independent members behind the figures, at least',
    cell: (row) => (row.source === 'probe' ? 'the hub' : figure(row.members, formatMembers)),
  },
  {
    label: 'Trend',
    title: 'Over the last week',
    cell: (row) => (row.trend ? <Sparkline trend={row.trend} /> : <None />),
  },
]

/** What is published by others: prices in USD per million tokens. */
export const TERMS: readonly DetailColumn[] = [
  lowest('Input', (row) => row.price?.input, formatPrice),
  lowest('Output', (row) => row.price?.output, formatPrice),
  lowest('Cache read', (row) => row.price?.cacheRead, formatPrice),
  shown('Cache write', (row) => row.price?.cacheWrite, formatPrice),
  lowest('An image', (row) => row.price?.image, formatPrice),
  lowest('Paid', (row) => row.paid, formatPrice, 'What members paid, input and output together'),
  shown(
    'From cache',
    (row) => row.cacheHit,
    formatShare,
    'Share of members’ input tokens that were read from a prompt cache',
  ),
  highest('Context', (row) => row.context, formatTokens),
  highest('Max output', (row) => row.maxOutput, formatTokens),
  { label: 'Takes', cell: (row) => listOf(row.inputs) },
  { label: 'Gives', cell: (row) => listOf(row.outputs) },
  { label: 'Tools', cell: (row) => yesOrNo(row.tools) },
  { label: 'JSON schema', cell: (row) => yesOrNo(row.json) },
  { label: 'Weights', title: 'Number format of the weights', cell: (row) => row.quantization ?? <None /> },
  { label: 'Prompts', title: 'What becomes of prompts and answers', cell: (row) => <Policy row={row} /> },
]

const listOf = (values: readonly string[] | undefined) => (values ? values.join(', ') : <None />)
const yesOrNo = (value: boolean | undefined) => (value === undefined ? <None /> : value ? 'yes' : 'no')

function Policy({ row: { policy } }: { row: DetailRow }) {
  const words = [
    policy?.zdr === true ? 'not kept' : policy?.dataCollection === 'deny' ? 'not trained on' : undefined,
    policy?.dataCollection === 'allow' && policy.zdr !== true ? 'may be trained on' : undefined,
    policy?.region && `worked on in ${policy.region}`,
  ].filter(Boolean)
  if (words.length === 0) return <None />
  const text = words.join(', ')
  return policy?.policySource ? (
    <a href={policy.policySource} rel="noreferrer">
      {text}
    </a>
  ) : (
    text
  )
}
