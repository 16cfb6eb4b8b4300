import type { MapCell, ProbeCell } from '../../../src/federation/protocol/types.ts'
import type { History } from '../../../src/hub/publish/page-data.ts'
import type { Entry } from './endpoint-index.ts'
import { combined, type Figures, weighed, weighedProbe } from './figures.ts'
import type { EndpointRow } from './row.ts'
import { badgesOf, costOf } from './score.ts'
import { trendOf } from './trend.ts'
import { uptimeBetween, WINDOWS } from './uptime.ts'

/** What rows are made with. */
export interface RowContext {
  readonly history: History | undefined
  /** Unix seconds. */
  readonly now: number
}

/** Of an endpoint's traffic; empty for all. */
export interface Part {
  readonly kind: string
  readonly size: string
  readonly region: string
  readonly continent: string
}

export const EVERYTHING: Part = { kind: '', size: '', region: '', continent: '' }

/**
 * By members' reports, or by the hub's probes where there are none; without figures where members only offer it, or pass
 * it over. Undefined when nothing is known of the part of the traffic that is asked for.
 */
export function rowOf(entry: Entry, part: Part, context: RowContext): EndpointRow | undefined {
  const cells = cellsFor(entry, part)
  if (cells.length > 0) return rowWith(entry, combined(cells.map(weighed)), context)
  const isAll = !part.kind && !part.size && !part.region && !part.continent
  const isListed = isAll && entry.passedOver + entry.offered > 0
  return probeRowOf(entry, part, context) ?? (isListed ? rowWith(entry, {}, context) : undefined)
}

/** By the hub's probes alone. */
export function probeRowOf(entry: Entry, part: Part, context: RowContext): EndpointRow | undefined {
  const cells = entry.probes.filter((cell) => fits(cell, part))
  if (cells.length === 0) return undefined
  return { ...rowWith(entry, combined(cells.map(weighedProbe)), context), source: 'probe' }
}

function rowWith(entry: Entry, figures: Figures, { history, now }: RowContext): EndpointRow {
  const { id, provider, model, name, facts, passedOver, offered } = entry
  const uptime = uptimeBetween(entry, history, now - WINDOWS.d1, now) ?? figures.success
  const row = {
    id,
    provider,
    model,
    name,
    ...figures,
    ...(uptime !== undefined && { uptime }),
    ...(facts.price && { price: facts.price }),
    ...(facts.contextLength !== undefined && { context: facts.contextLength }),
    ...(passedOver > 0 && { passedOver }),
    ...(offered > 0 && { offered }),
    ...(isFailing(entry) && { failing: true as const }),
  }
  const cost = costOf(row)
  return cost === undefined ? row : { ...row, cost }
}

/** With what only rows that are shown need. */
export function withTrend(row: EndpointRow, entry: Entry, history: History | undefined): EndpointRow {
  const { series } = entry
  if (!series || !history) return row
  const trend = trendOf(history, row.ttft50 === undefined ? series.total_p50 : series.ttft_p50)
  return trend ? { ...row, trend } : row
}

/** With what each is best at, of rows of one model, and with what tells a provider's endpoints of it apart. */
export function withBadges<Row extends EndpointRow>(rows: readonly Row[]): readonly Row[] {
  const badges = badgesOf(rows)
  const several = new Set(rows.flatMap(({ provider }, at) => (isBefore(rows, provider, at) ? [provider] : [])))
  if (badges.size + several.size === 0) return rows
  return rows.map((row) => ({
    ...row,
    ...(badges.has(row.id) && { badges: badges.get(row.id)! }),
    ...(several.has(row.provider) && { isOneOfSeveral: true as const }),
  }))
}

const isBefore = (rows: readonly EndpointRow[], provider: string, at: number): boolean =>
  rows.findIndex((row) => row.provider === provider) < at

const isFailing = ({ incidents }: Entry): boolean => incidents.some(({ closed }) => closed === undefined)

/**
 * Members' cells that say most of a part of the traffic: the whole where all is asked for; classes where no place is;
 * else the finest.
 */
function cellsFor(entry: Entry, part: Part): readonly MapCell[] {
  const { kind, size, region, continent } = part
  if (!kind && !size && !region && !continent && entry.whole) return [entry.whole]
  const fitting = entry.parts.filter((cell) => fits(cell, part))
  if (region || continent) return fitting
  const classes = fitting.filter((cell) => cell.region === undefined && cell.continent === undefined)
  return classes.length > 0 ? classes : fitting
}

const fits = (cell: MapCell | ProbeCell, { kind, size, region, continent }: Part): boolean =>
  (!kind || cell.class!.startsWith(`${kind}.`)) &&
  (!size || cell.class!.includes(`.${size}.`)) &&
  (!region || cell.region === region) &&
  (!continent || cell.continent === continent)
