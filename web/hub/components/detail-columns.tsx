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

const minus = (value: number | undefined) => value && -value

/** What was measured. */
export const PERFORMANCE: readonly DetailColumn[] = [
  {
    label: 'TTFT p50',
    title: 'Time to first token of streams, median',
    cell: (row) => figure(row.ttft50, formatTime),
    rank: (row) => row.ttft50,
  },
  {
    label: 'TTFT p95',
    title: 'Time to first token of streams, 95th percentile',
    cell: (row) => figure(row.ttft95, formatTime),
    rank: (row) => row.ttft95,
  },
  {
    label: 'Whole p50',
    title: 'Time of whole answers, median',
    cell: (row) => figure(row.total50, formatTime),
    rank: (row) => row.total50,
  },
  {
    label: 'Tokens/s',
    title: 'Output tokens per second after the first, median',
    cell: (row) => figure(row.speed, formatSpeed),
    rank: (row) => minus(row.speed),
  },
  { label: 'Uptime 30 min', cell: (row) => <Uptime value={row.uptimes.m30} />, rank: (row) => minus(row.uptimes.m30) },
  { label: '1 day', cell: (row) => <Uptime value={row.uptimes.d1} />, rank: (row) => minus(row.uptimes.d1) },
  { label: '7 days', cell: (row) => <Uptime value={row.uptimes.d7} />, rank: (row) => minus(row.uptimes.d7) },
  { label: 'By day', cell: (row) => <Strip days={row.days} /> },
  {
    label: 'Tools, JSON',
    title: 'Share of requests with tools or a JSON schema that went well: a malformed call counts as a fault',
    cell: (row) => figure(row.structured, formatShare),
    rank: (row) => minus(row.structured),
  },
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
  { label: 'Input', cell: (row) => figure(row.price?.input, formatPrice), rank: (row) => row.price?.input },
  { label: 'Output', cell: (row) => figure(row.price?.output, formatPrice), rank: (row) => row.price?.output },
  {
    label: 'Cache read',
    cell: (row) => figure(row.price?.cacheRead, formatPrice),
    rank: (row) => row.price?.cacheRead,
  },
  { label: 'Cache write', cell: (row) => figure(row.price?.cacheWrite, formatPrice) },
  { label: 'An image', cell: (row) => figure(row.price?.image, formatPrice), rank: (row) => row.price?.image },
  {
    label: 'Paid',
    title: 'What members paid, input and output together',
    cell: (row) => figure(row.paid, formatPrice),
    rank: (row) => row.paid,
  },
  {
    label: 'From cache',
    title: 'Share of members’ input tokens that were read from a prompt cache',
    cell: (row) => figure(row.cacheHit, formatShare),
  },
  { label: 'Context', cell: (row) => figure(row.context, formatTokens), rank: (row) => minus(row.context) },
  { label: 'Max output', cell: (row) => figure(row.maxOutput, formatTokens), rank: (row) => minus(row.maxOutput) },
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
