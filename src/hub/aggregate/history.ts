import type { HubMap } from '../../federation/protocol/types.ts'
import { endpointViews } from '../../federation/protocol/view/cell-view.ts'

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

/** One row for each endpoint of the map: by members' reports, or by the hub's probes where there are none. */
export const historyRows = (map: HubMap): HistoryRow[] =>
  endpointViews(map).map(({ provider, model, members, ttft_ms: ttft, total_ms: total, speed, success, price }) => ({
    provider,
    model,
    figures: {
      ttft_p50: ttft?.p50 ?? null,
      ttft_p95: ttft?.p95 ?? null,
      total_p50: total?.p50 ?? null,
      speed: speed?.p50 ?? null,
      uptime: success,
      price,
      members,
    },
  }))
