import type { Facets } from './endpoint-index.ts'
import { BEST, type Order, readOrder, writeOrder } from './order.ts'

/** What of the endpoints is shown, and in which order: what stands in the address. */
export interface View {
  /** Words that the names of model and provider together must contain. */
  readonly q: string
  /** These five: empty for all. */
  readonly provider: string
  readonly kind: string
  readonly size: string
  readonly region: string
  readonly continent: string
  readonly order: Order
  /** Every endpoint, not the best of each model alone. */
  readonly all: boolean
  /** From 1. */
  readonly page: number
}

/** Names of the fields that choose among what the map has. */
export const CHOICES = ['kind', 'size', 'region', 'continent', 'provider'] as const
export type Choice = (typeof CHOICES)[number]

const MAX_TEXT = 100
const MAX_PAGE = 10_000

/** From the query of an address. What the map does not have is not asked for: made-up words stay out of the page. */
export function readView(query: URLSearchParams, facets: Facets): View {
  const chosen = (name: Choice, known: readonly string[]) => {
    const value = query.get(name) ?? ''
    return known.includes(value) ? value : ''
  }
  const page = Number(query.get('page'))
  return {
    q: (query.get('q') ?? '').trim().slice(0, MAX_TEXT),
    provider: chosen('provider', facets.providers),
    kind: chosen('kind', facets.kinds),
    size: chosen('size', facets.sizes),
    region: chosen('region', facets.regions),
    continent: chosen('continent', facets.continents),
    order: readOrder(query.get('sort')) ?? BEST,
    all: query.get('show') === 'all',
    page: Number.isInteger(page) && page >= 1 && page <= MAX_PAGE ? page : 1,
  }
}

/** The query that `readView` reads, without what is as usual; `?` alone for the first view. */
export function writeView(view: View): string {
  const values = new URLSearchParams()
  if (view.q) values.set('q', view.q)
  for (const name of CHOICES) if (view[name]) values.set(name, view[name])
  if (view.order.key !== 'best') values.set('sort', writeOrder(view.order))
  if (view.all) values.set('show', 'all')
  if (view.page > 1) values.set('page', String(view.page))
  return `?${values}`
}

/** Whether requests of some kinds or places are asked for, and not all. */
export const isNarrowed = ({ kind, size, region, continent }: View): boolean =>
  Boolean(kind || size || region || continent)
