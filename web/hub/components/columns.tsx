import { formatMembers, formatPrice, formatShare, formatSpeed, formatTime } from '../format.ts'
import type { EndpointRow } from '../state/endpoints.ts'
import { Sparkline } from './sparkline.tsx'

export type ColumnId = 'model' | 'provider' | 'ttft50' | 'ttft95' | 'speed' | 'uptime' | 'price' | 'members' | 'trend'

export interface Column {
  readonly id: ColumnId
  readonly label: string
  /** What stands below the label, and explains it on hovering. */
  readonly unit?: string
  readonly title: string
  /** 1: the first click sorts upwards; -1: downwards. */
  readonly first: 1 | -1
  value(row: EndpointRow): number | string | undefined
  /** `isRepeat`: the row above is of the same model. */
  cell(row: EndpointRow, isRepeat: boolean): preact.ComponentChild
}

/** A figure, or a dash that is read as "no figure". */
const figure = (value: number | undefined, format: (value: number) => string) =>
  value === undefined ? <None /> : format(value)

export const None = () => (
  <span class="none">
    <span aria-hidden="true">–</span>
    <span class="sr-only">no figure</span>
  </span>
)

export const NAME_COLUMNS: readonly Column[] = [
  {
    id: 'model',
    label: 'Model',
    title: 'Model, as the public catalogue names it',
    first: 1,
    value: (row) => row.model,
    cell: (row, isRepeat) => (
      <a href={modelHref(row.model)} tabIndex={isRepeat ? -1 : undefined}>
        {row.model}
      </a>
    ),
  },
  {
    id: 'provider',
    label: 'Provider',
    title: 'Provider',
    first: 1,
    value: (row) => row.provider,
    cell: (row) => (
      <>
        {row.provider}
        {row.failing && ' '}
        {row.failing && <strong class="badge">incident</strong>}
      </>
    ),
  },
]

export const FIGURE_COLUMNS: readonly Column[] = [
  {
    id: 'ttft50',
    label: 'TTFT p50',
    title: 'Time to first token, median',
    first: 1,
    value: (row) => row.ttft50,
    cell: (row) => figure(row.ttft50, formatTime),
  },
  {
    id: 'ttft95',
    label: 'TTFT p95',
    title: 'Time to first token, 95th percentile',
    first: 1,
    value: (row) => row.ttft95,
    cell: (row) => figure(row.ttft95, formatTime),
  },
  {
    id: 'speed',
    label: 'Tokens/s',
    title: 'Output tokens per second after the first, median',
    first: -1,
    value: (row) => row.speed,
    cell: (row) => figure(row.speed, formatSpeed),
  },
  {
    id: 'uptime',
    label: 'Uptime',
    title: 'Share of requests without a fault of the provider',
    first: -1,
    value: (row) => row.uptime,
    cell: (row) =>
      row.uptime === undefined ? (
        <None />
      ) : (
        <span class={`uptime ${uptimeGrade(row.uptime)}`}>{formatShare(row.uptime)}</span>
      ),
  },
  {
    id: 'price',
    label: 'Price',
    unit: 'per 1M tokens',
    title: 'What members paid, USD per million tokens, input and output together',
    first: 1,
    value: (row) => row.price,
    cell: (row) => figure(row.price, formatPrice),
  },
  {
    id: 'members',
    label: 'Members',
    title: 'Independent members behind the figures, at least',
    first: -1,
    value: (row) => row.members,
    cell: (row) => figure(row.members, formatMembers),
  },
  {
    id: 'trend',
    label: 'Trend',
    unit: 'TTFT p50',
    title: 'Time to first token over the last week: its newest quarter against its oldest',
    first: 1,
    value: (row) => row.trend?.change,
    cell: (row) => (row.trend ? <Sparkline trend={row.trend} /> : <None />),
  },
]

/** The page of a model: of this page, so that it works under any path. */
export const modelHref = (model: string): string => `?model=${encodeURIComponent(model)}`

const uptimeGrade = (uptime: number) => (uptime >= 0.995 ? 'good' : uptime >= 0.97 ? 'fair' : 'poor')
