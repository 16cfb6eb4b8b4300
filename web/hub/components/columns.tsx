import { formatMembers, formatPrice, formatSpeed, formatTime, formatTokens } from '../format.ts'
import type { SortKey } from '../state/order.ts'
import type { EndpointRow } from '../state/row.ts'
import { Uptime } from './parts.tsx'
import { Sparkline } from './sparkline.tsx'

export interface Column {
  readonly id: string
  readonly label: string
  /** What stands below the label. */
  readonly unit?: string
  /** Explains it on hovering. */
  readonly title: string
  /** What it is sorted by. */
  readonly sort?: SortKey
  /** Undefined where nothing is known. */
  cell(row: EndpointRow): preact.ComponentChild
}

const known = (value: number | undefined, format: (value: number) => string) =>
  value === undefined ? undefined : format(value)

export const FIGURE_COLUMNS: readonly Column[] = [
  {
    id: 'ttft',
    label: 'TTFT',
    unit: 'p50',
    title: 'Time to first token of streams, median',
    sort: 'ttft',
    cell: (row) => known(row.ttft50, formatTime),
  },
  {
    id: 'total',
    label: 'Whole',
    unit: 'p50',
    title: 'Time of whole answers (not streamed, embeddings, images, speech), median',
    sort: 'total',
    cell: (row) => known(row.total50, formatTime),
  },
  {
    id: 'speed',
    label: 'Tokens/s',
    title:
      'Output tokens per second after the first, median; of what is not text: images a minute, characters or documents a second',
    sort: 'speed',
    cell: (row) => known(row.speed, formatSpeed),
  },
  {
    id: 'uptime',
    label: 'Uptime',
    unit: '1 day',
    title: 'Share of requests without a fault of the provider, times the share of the day without an incident',
    sort: 'uptime',
    cell: (row) => (row.uptime === undefined ? undefined : <Uptime value={row.uptime} />),
  },
  {
    id: 'input',
    label: 'Input',
    unit: '$ per 1M',
    title: 'List price, USD per million input tokens; with ≈ what members paid, input and output together',
    sort: 'input',
    cell: (row) => known(row.price?.input, formatPrice) ?? known(row.paid, (paid) => `≈${formatPrice(paid)}`),
  },
  {
    id: 'output',
    label: 'Output',
    unit: '$ per 1M',
    title: 'List price, USD per million output tokens',
    sort: 'output',
    cell: (row) => known(row.price?.output, formatPrice),
  },
  {
    id: 'cache',
    label: 'Cached',
    unit: '$ per 1M',
    title: 'List price, USD per million input tokens that are read from a prompt cache',
    cell: (row) => known(row.price?.cacheRead, formatPrice),
  },
  {
    id: 'context',
    label: 'Context',
    unit: 'tokens',
    title: 'Tokens of input and output together, as published',
    sort: 'context',
    cell: (row) => known(row.context, formatTokens),
  },
  {
    id: 'members',
    label: 'Members',
    title: 'Independent members behind the figures, at least; or the hub itself, by probes',
    sort: 'members',
    cell: (row) => (row.source === 'probe' ? 'the hub' : known(row.members, formatMembers)),
  },
  {
    id: 'trend',
    label: 'Trend',
    unit: '7 days',
    title: 'Time to first token, or of whole answers, over the last week: its newest quarter against its oldest',
    cell: (row) => row.trend && <Sparkline trend={row.trend} />,
  },
]
