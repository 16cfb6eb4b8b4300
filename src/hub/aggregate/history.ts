import type { MapCell } from '../../federation/protocol/types.ts'
import { significant } from './rounding.ts'

/** `history.figures`; each null where nothing was published. */
export interface HistoryFigures {
  readonly ttft_p50: number | null
  readonly ttft_p95: number | null
  readonly total_p50: number | null
  readonly speed: number | null
  readonly uptime: number | null
  readonly price: number | null
  readonly members: number
}

export interface HistoryRow {
  readonly provider: string
  readonly model: string
  readonly figures: HistoryFigures
}

/** One row for each endpoint of the map: a provider's model over all regions and classes. */
export function historyRows(cells: readonly MapCell[]): HistoryRow[] {
  return cells
    .filter(({ model, class: workload }) => model !== undefined && workload === undefined)
    .map(({ provider, model, members, quantiles, success, price }) => ({
      provider,
      model: model!,
      figures: {
        ttft_p50: quantiles?.ttft?.[0] ?? null,
        ttft_p95: quantiles?.ttft?.[1] ?? null,
        total_p50: quantiles?.total?.[0] ?? null,
        speed: quantiles?.speed?.[0] ?? null,
        uptime: success ? significant(success.a / (success.a + success.b), 4) : null,
        price: price ?? null,
        members,
      },
    }))
}
