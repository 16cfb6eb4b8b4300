import type { EndpointRow } from '../state/endpoints.ts'
import { FIRST_ORDER, type Order, readOrder, writeOrder } from './order.ts'

/** What of the table is shown, and in which order. */
export interface View {
  /** Words that the model's and provider's names together must contain. */
  readonly text: string
  /** Empty: all. */
  readonly provider: string
  readonly order: Order
}

export function matches({ text, provider }: View, row: EndpointRow): boolean {
  if (provider && row.provider !== provider) return false
  const name = `${row.provider}/${row.model}`.toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => name.includes(word))
}

/** From the query of an address. */
export function readView(query: string): View {
  const values = new URLSearchParams(query)
  return {
    text: values.get('q') ?? '',
    provider: values.get('provider') ?? '',
    order: readOrder(values.get('sort')) ?? FIRST_ORDER,
  }
}

/** The query that `readView` reads; empty for the first view. */
export function writeView({ text, provider, order }: View): string {
  const values = new URLSearchParams()
  if (text) values.set('q', text)
  if (provider) values.set('provider', provider)
  if (writeOrder(order) !== writeOrder(FIRST_ORDER)) values.set('sort', writeOrder(order))
  return values.size > 0 ? `?${values}` : ''
}
