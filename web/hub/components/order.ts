import type { EndpointRow } from '../state/endpoints.ts'
import { type Column, type ColumnId, FIGURE_COLUMNS, NAME_COLUMNS } from './columns.tsx'

/** By which column the table is sorted; 1 upwards, -1 downwards. */
export interface Order {
  readonly column: ColumnId
  readonly way: 1 | -1
}

export const COLUMNS: readonly Column[] = [...NAME_COLUMNS, ...FIGURE_COLUMNS]

/** As the server sorts. */
export const FIRST_ORDER: Order = { column: 'model', way: 1 }

/** A column's first click sorts its best first, the next turns it round. */
export const nextOrder = (order: Order, { id, first }: Column): Order =>
  order.column === id ? { column: id, way: order.way > 0 ? -1 : 1 } : { column: id, way: first }

/**
 * Rows without the figure come last, whichever the way. Equal ones stay as they were: by model and time to first token.
 */
export function sorted(rows: readonly EndpointRow[], { column, way }: Order): readonly EndpointRow[] {
  const { value } = COLUMNS.find(({ id }) => id === column)!
  return rows.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)]
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined)
    return x === y ? 0 : (x < y ? -1 : 1) * way
  })
}

/** As it stands in the address: `-speed`; undefined for what is no order. */
export function readOrder(text: string | null): Order | undefined {
  const way = text?.startsWith('-') ? -1 : 1
  const column = COLUMNS.find(({ id }) => id === text?.replace(/^-/, ''))
  return column && { column: column.id, way }
}

export const writeOrder = ({ column, way }: Order): string => (way > 0 ? column : `-${column}`)
