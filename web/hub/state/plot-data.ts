import type { History, HistorySeries } from '../../../src/hub/publish/page-data.ts'

/** The figures over time of a model's endpoints. */
export interface PlotData {
  /** Unix seconds: ends of the epochs. */
  readonly times: readonly number[]
  readonly series: readonly HistorySeries[]
}

/** Undefined when the history does not know the model. */
export function plotData(history: History | undefined, model: string): PlotData | undefined {
  const series = history?.series.filter((one) => one.model === model) ?? []
  if (!history || series.length === 0) return undefined
  const { epochs, epoch_seconds } = history
  return {
    times: epochs.map((epoch) => (epoch + 1) * epoch_seconds),
    series: series.toSorted((a, b) => (a.provider < b.provider ? -1 : 1)),
  }
}
