import { type ChartData, chartOf } from './chart.ts'
import { type EndpointIndex, type Entry, type Facets, isInMap } from './endpoint-index.ts'
import { BEST, sorted } from './order.ts'
import type { EndpointRow } from './row.ts'
import { type RowContext, rowOf, withBadges, withTrend } from './rows.ts'
import { readView, type View } from './view.ts'

/** Endpoints of a model in the short list. */
const BEST_OF_MODEL = 3
const MODELS_A_PAGE = 25
const ROWS_A_PAGE = 100

/** Rows that stand together: of one model, or all of them when they are sorted by a figure. */
export interface RowGroup {
  /** The model; '' for rows of several. */
  readonly name: string
  readonly rows: readonly EndpointRow[]
  /** Endpoints of the model that the view has. */
  readonly count: number
}

export interface OverviewState {
  readonly type: 'overview'
  readonly view: View
  readonly facets: Facets
  readonly groups: readonly RowGroup[]
  /** That the view has, on all its pages. */
  readonly endpoints: number
  readonly models: number
  readonly pages: number
  readonly chart: ChartData | undefined
}

export function overviewState(index: EndpointIndex, context: RowContext, query: URLSearchParams): OverviewState {
  const view = readView(query, index.facets)
  const rows = rowsOf(index, context, view)
  const groups =
    view.order === BEST ? byModel(rows) : [{ name: '', rows: sorted(rows, view.order), count: rows.length }]
  const pages = pagesOf(groups, view)
  const page = Math.min(view.page, Math.max(1, pages.length))
  const kind = view.kind || 'chat'
  return {
    type: 'overview',
    view: { ...view, page },
    facets: index.facets,
    groups: (pages[page - 1] ?? []).map((group) => ({
      ...group,
      rows: group.rows.map((row) => withTrend(row, index.get(row.id)!, context.history)),
    })),
    endpoints: rows.length,
    models: new Set(rows.map(({ name }) => name)).size,
    pages: pages.length,
    chart: chartOf(rows.filter(({ id }) => view.kind || index.get(id)!.kinds.includes(kind))),
  }
}

/** Every row of a view, in its order: what a file of it holds. */
export function viewRows(index: EndpointIndex, context: RowContext, query: URLSearchParams): readonly EndpointRow[] {
  const view = readView(query, index.facets)
  const rows = rowsOf(index, context, view)
  return view.order === BEST ? byModel(rows).flatMap((group) => group.rows) : sorted(rows, view.order)
}

function rowsOf(index: EndpointIndex, context: RowContext, view: View): EndpointRow[] {
  const words = view.q.toLowerCase().split(/\s+/).filter(Boolean)
  const rows: EndpointRow[] = []
  for (const entry of index.entries) {
    if (!isInMap(entry) || (view.provider && entry.provider !== view.provider) || !hasWords(entry, words)) continue
    const row = rowOf(entry, view, context)
    if (row) rows.push(row)
  }
  return rows
}

function hasWords({ id, name, facts }: Entry, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const names = `${id} ${name} ${facts.title ?? ''}`.toLowerCase()
  return words.every((word) => names.includes(word))
}

/** Models that most members use first; of each the best endpoint first, those with an incident last. */
export function byModel(rows: readonly EndpointRow[]): RowGroup[] {
  return [...Map.groupBy(rows, ({ name }) => name)]
    .map(([name, own]) => ({ name, rows: withBadges(own.toSorted(bestFirst)), count: own.length }))
    .map((group) => ({ group, members: Math.max(...group.rows.map(({ members }) => members ?? 0)) }))
    .sort((a, b) => b.members - a.members || b.group.count - a.group.count || (a.group.name < b.group.name ? -1 : 1))
    .map(({ group }) => group)
}

const bestFirst = (a: EndpointRow, b: EndpointRow): number =>
  Number(a.failing ?? false) - Number(b.failing ?? false) ||
  (a.cost ?? Number.MAX_VALUE) - (b.cost ?? Number.MAX_VALUE) ||
  (a.id < b.id ? -1 : 1)

/** The short list has a few of each model; else everything, some rows on each page. */
function pagesOf(groups: readonly RowGroup[], { all, order }: View): readonly (readonly RowGroup[])[] {
  if (order === BEST && !all)
    return chunks(
      groups.map((group) => ({ ...group, rows: group.rows.slice(0, BEST_OF_MODEL) })),
      MODELS_A_PAGE,
    )
  const rows = groups.flatMap(({ name, count, rows }) => rows.map((row) => ({ group: name, count, row })))
  return chunks(rows, ROWS_A_PAGE).map((page) =>
    [...Map.groupBy(page, ({ group }) => group)].map(([name, own]) => ({
      name,
      rows: own.map(({ row }) => row),
      count: own[0]!.count,
    })),
  )
}

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, page) => items.slice(page * size, (page + 1) * size))
