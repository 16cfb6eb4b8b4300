import type { History, HistorySeries } from '../../../src/hub/publish/page-data.ts'
import type { Entry } from './endpoint-index.ts'

/** Lines that can be told apart. */
const MAX_SERIES = 12

/** Figures over time, a line for each endpoint. */
export interface PlotData {
  /** Unix seconds: ends of the epochs. */
  readonly times: readonly number[]
  readonly series: readonly HistorySeries[]
}

/** Undefined when the history knows none of the endpoints. Of many, those that most members use. */
export function plotData(history: History | undefined, entries: readonly Entry[]): PlotData | undefined {
  const series = entries.flatMap((entry) => entry.series ?? [])
  if (!history || series.length === 0) return undefined
  const shown = series.toSorted((a, b) => lastOf(b.members) - lastOf(a.members)).slice(0, MAX_SERIES)
  const { epochs, epoch_seconds } = history
  const times = epochs.map((epoch) => (epoch + 1) * epoch_seconds)
  return { times, series: shown.sort((a, b) => (a.provider < b.provider ? -1 : 1)) }
}

const lastOf = (values: HistorySeries['members']): number => values.findLast((value) => value !== null) ?? 0
