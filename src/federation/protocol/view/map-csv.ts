import type { CellView } from './cell-view.ts'
import type { QualityView } from './quality-view.ts'

type Field = readonly [name: string, of: (cell: CellView) => string | number | null | undefined]

const FIELDS: readonly Field[] = [
  ['provider', ({ provider }) => provider],
  ['model', ({ model }) => model],
  ['region', ({ region }) => region],
  ['continent', ({ continent }) => continent],
  ['class', ({ class: workload }) => workload],
  ['source', ({ source }) => source],
  ['members', ({ members }) => members],
  ['updated_at', ({ updated_at }) => updated_at],
  ['ttft_p50_ms', ({ ttft_ms }) => ttft_ms?.p50],
  ['ttft_p95_ms', ({ ttft_ms }) => ttft_ms?.p95],
  ['total_p50_ms', ({ total_ms }) => total_ms?.p50],
  ['total_p95_ms', ({ total_ms }) => total_ms?.p95],
  ['speed_p50', ({ speed }) => speed?.p50],
  ['speed_p95', ({ speed }) => speed?.p95],
  ['success', ({ success }) => success],
  ['price_usd_per_million_tokens', ({ price }) => price],
  ['cache_hit', ({ cache_hit }) => cache_hit],
]

type QualityField = readonly [name: string, of: (quality: QualityView) => string | number | null]

/** Columns of how good a model's answers are; of these rows `model` is the canonical name. */
const QUALITY_FIELDS: readonly QualityField[] = [
  ['type', ({ type }) => type],
  ['good', ({ good }) => good],
  ['good_sd', ({ good_sd }) => good_sd],
  ['judged', ({ judged }) => judged],
  ['escalated', ({ escalated }) => escalated],
  ['checked', ({ checked }) => checked],
]
/** Columns that both kinds of row have. */
const COMMON: Readonly<Record<string, QualityField[1]>> = {
  model: ({ model }) => model,
  source: () => 'quality',
  members: ({ members }) => members,
  updated_at: ({ updated_at }) => updated_at,
}

/**
 * Cells as CSV (RFC 4180), a header first, and behind them a row for each model and kind of work that members said how
 * good its answers were of. A dimension that is rolled up and a figure that is not known are empty. No value needs
 * quotes: public names hold none of `,"\r\n`, and none begins as a formula does.
 */
export const mapCsv = (cells: readonly CellView[], quality: readonly QualityView[]): string =>
  [
    [...FIELDS, ...QUALITY_FIELDS].map(([name]) => name).join(','),
    ...cells.map((cell) => [...FIELDS.map(([, of]) => of(cell) ?? ''), ...QUALITY_FIELDS.map(() => '')].join(',')),
    ...quality.map((row) =>
      [...FIELDS.map(([name]) => COMMON[name]?.(row) ?? ''), ...QUALITY_FIELDS.map(([, of]) => of(row) ?? '')].join(
        ',',
      ),
    ),
    '',
  ].join('\r\n')
