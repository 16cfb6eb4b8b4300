import { type QualityView, qualityViews } from '../../../src/federation/protocol/view/quality-view.ts'
import type { ModelFacts, ProviderFacts } from '../../../src/hub/facts/facts.ts'
import type { PageData } from '../../../src/hub/publish/page-data.ts'
import { type CellRow, cellRows } from './cells.ts'
import { type ChartData, chartOf } from './chart.ts'
import { type DetailRow, detailOf, probedBeside, providerFigures } from './details.ts'
import type { EndpointIndex, Entry } from './endpoint-index.ts'
import type { Figures } from './figures.ts'
import { type IncidentView, incidentViews } from './incidents.ts'
import { byModel } from './overview.ts'
import { type PlotData, plotData } from './plot-data.ts'
import type { EndpointRow } from './row.ts'
import { EVERYTHING, rowOf, withBadges, withTrend } from './rows.ts'
import { type Day, daysOf } from './uptime.ts'

/** Incidents of a page that has other things on it. */
const MAX_INCIDENTS = 20
const MAX_COMPARED = 6
/** Of a provider; all of them are a view of the overview. */
const MAX_ROWS = 100
const INCIDENT_DAYS = 30

export interface ModelState {
  readonly type: 'model'
  readonly name: string
  readonly facts: ModelFacts
  readonly rows: readonly DetailRow[]
  readonly chart: ChartData | undefined
  readonly plots: PlotData | undefined
  readonly cells: readonly CellRow[]
  readonly incidents: readonly IncidentView[]
  /** How good members found its answers: over all kinds of work, then by kind. */
  readonly quality: readonly QualityView[]
}

export interface ProviderState {
  readonly type: 'provider'
  readonly name: string
  readonly facts: ProviderFacts | undefined
  readonly figures: Figures | undefined
  /** The first of `count`. */
  readonly rows: readonly EndpointRow[]
  readonly count: number
  readonly incidents: readonly IncidentView[]
}

export interface CompareState {
  readonly type: 'compare'
  readonly rows: readonly DetailRow[]
  readonly plots: PlotData | undefined
}

export interface IncidentsState {
  readonly type: 'incidents'
  readonly incidents: readonly IncidentView[]
}

export interface IncidentState {
  readonly type: 'incident'
  readonly incident: IncidentView
  readonly days: readonly Day[]
  /** Others of the endpoint. */
  readonly others: readonly IncidentView[]
}

export function modelState(index: EndpointIndex, data: PageData, name: string): ModelState {
  const entries = index.models.get(name)!
  const rows = bestFirst(details(entries, data))
  return {
    type: 'model',
    name,
    facts: entries.find(({ facts }) => facts.canonical !== undefined)?.facts ?? entries[0]!.facts,
    rows: rows.flatMap((row) => [row, probedBeside(index.get(row.id)!, data, data.facts) ?? []].flat()),
    chart: chartOf(rows),
    plots: plotData(data.history, entries),
    cells: cellRows(entries),
    incidents: incidentsOf(index, entries),
    quality: data.map ? qualityViews(data.map).filter(({ model, good }) => model === name && good !== null) : [],
  }
}

export function providerState(index: EndpointIndex, data: PageData, name: string): ProviderState {
  const entries = index.providers.get(name)!
  const rows = byModel(entries.flatMap((entry) => rowOf(entry, EVERYTHING, data) ?? [])).flatMap((group) => group.rows)
  return {
    type: 'provider',
    name,
    facts: data.facts.provider(name),
    figures: providerFigures(data.map, name),
    rows: rows
      .slice(0, data.isCopy ? rows.length : MAX_ROWS)
      .map((row) => withTrend(row, index.get(row.id)!, data.history)),
    count: rows.length,
    incidents: incidentsOf(index, entries),
  }
}

/** Endpoints, or models, which stand for their best one; what is not known is left out. */
export function compareState(index: EndpointIndex, data: PageData, names: readonly string[]): CompareState {
  const entries = new Set<Entry>()
  for (const name of names) {
    const entry = index.get(name) ?? bestOf(index, data, name)
    if (entry && entries.size < MAX_COMPARED) entries.add(entry)
  }
  return { type: 'compare', rows: details([...entries], data), plots: plotData(data.history, [...entries]) }
}

function bestOf(index: EndpointIndex, data: PageData, model: string): Entry | undefined {
  const name = index.nameOf(model)
  const [best] = name === undefined ? [] : bestFirst(details(index.models.get(name)!, data))
  return best && index.get(best.id)
}

export const incidentsState = (index: EndpointIndex, { incidents }: PageData): IncidentsState => ({
  type: 'incidents',
  incidents: incidentViews(incidents, index),
})

/** Undefined when there is none of this id. */
export function incidentState(index: EndpointIndex, data: PageData, id: string): IncidentState | undefined {
  const found = data.incidents.find((incident) => incident.id === id)
  if (!found) return undefined
  const same = data.incidents.filter(({ provider, model }) => provider === found.provider && model === found.model)
  const entry = index.get(`${found.provider}/${found.model}`)
  return {
    type: 'incident',
    incident: incidentViews([found], index)[0]!,
    days: entry ? daysOf(entry, data.history, data.now, INCIDENT_DAYS) : [],
    others: incidentViews(
      same.filter((incident) => incident !== found),
      index,
    ).slice(0, MAX_INCIDENTS),
  }
}

const details = (entries: readonly Entry[], data: PageData): DetailRow[] =>
  entries.flatMap((entry) => detailOf(entry, data, data.facts) ?? [])

/** With what each is best at. */
function bestFirst(rows: readonly DetailRow[]): readonly DetailRow[] {
  const order = byModel(rows).flatMap((group) => group.rows.map(({ id }) => id))
  const byId = new Map(withBadges(rows).map((row) => [row.id, row]))
  return order.map((id) => byId.get(id)!)
}

const incidentsOf = (index: EndpointIndex, entries: readonly Entry[]): IncidentView[] =>
  incidentViews(
    entries.flatMap(({ incidents }) => incidents),
    index,
  ).slice(0, MAX_INCIDENTS)
