import type { Incident, MapCell } from '../../../src/federation/protocol/types.ts'
import type { History } from '../../../src/hub/publish/page-data.ts'
import { type Figures, figuresOf } from './figures.ts'
import { type Trend, trendOf } from './trend.ts'

/** A row of the table: a model at a provider, over all regions and classes. */
export interface EndpointRow extends Figures {
  readonly provider: string
  readonly model: string
  readonly trend?: Trend
  /** An incident is open. */
  readonly failing?: true
}

const nameOf = ({ provider, model }: { readonly provider: string; readonly model?: string }) => `${provider} ${model}`

/**
 * Every endpoint that a cell is about, by model and time to first token; without figures when only its parts have any.
 */
export function endpointRows(
  cells: readonly MapCell[],
  history: History | undefined,
  incidents: readonly Incident[],
): EndpointRow[] {
  const trends = new Map(history?.series.map((series) => [nameOf(series), trendOf(history, series.ttft_p50)]))
  const failing = new Set(incidents.filter(({ closed }) => closed === undefined).map(nameOf))
  const rows = new Map<string, EndpointRow>()
  for (const cell of cells) {
    if (cell.model === undefined) continue
    const name = nameOf(cell)
    const isWhole = cell.class === undefined && cell.region === undefined && cell.continent === undefined
    if (!isWhole && rows.has(name)) continue
    const trend = trends.get(name)
    rows.set(name, {
      provider: cell.provider,
      model: cell.model,
      ...(isWhole && figuresOf(cell)),
      ...(trend && { trend }),
      ...(failing.has(name) && { failing: true }),
    })
  }
  return [...rows.values()].sort(byModelAndTime)
}

function byModelAndTime(a: EndpointRow, b: EndpointRow): number {
  if (a.model !== b.model) return a.model < b.model ? -1 : 1
  return (a.ttft50 ?? Infinity) - (b.ttft50 ?? Infinity) || (a.provider < b.provider ? -1 : 1)
}
