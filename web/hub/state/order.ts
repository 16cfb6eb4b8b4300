import type { EndpointRow } from './row.ts'

export type SortKey =
  | 'best'
  | 'model'
  | 'ttft'
  | 'total'
  | 'speed'
  | 'uptime'
  | 'input'
  | 'output'
  | 'context'
  | 'members'

/** By what rows are sorted; 1 upwards, -1 downwards. */
export interface Order {
  readonly key: SortKey
  readonly way: 1 | -1
}

interface Sorting {
  readonly label: string
  /** The way that puts the best first. */
  readonly first: 1 | -1
  value(row: EndpointRow): number | string | undefined
}

export const SORTINGS: Readonly<Record<SortKey, Sorting>> = {
  best: { label: 'Best first', first: 1, value: (row) => row.cost },
  model: { label: 'Model', first: 1, value: (row) => row.name },
  ttft: { label: 'Time to first token', first: 1, value: (row) => row.ttft50 },
  total: { label: 'Time of whole answers', first: 1, value: (row) => row.total50 },
  speed: { label: 'Tokens per second', first: -1, value: (row) => row.speed },
  uptime: { label: 'Uptime', first: -1, value: (row) => row.uptime },
  input: { label: 'Price of input', first: 1, value: (row) => row.price?.input ?? row.paid },
  output: { label: 'Price of output', first: 1, value: (row) => row.price?.output ?? row.paid },
  context: { label: 'Context', first: -1, value: (row) => row.context },
  members: { label: 'Members', first: -1, value: (row) => row.members },
}

/** Each model's best endpoint first; models by how many use them. */
export const BEST: Order = { key: 'best', way: 1 }

/** Rows without the figure come last, whichever the way. Equal ones stay as they were. */
export function sorted(rows: readonly EndpointRow[], { key, way }: Order): readonly EndpointRow[] {
  const { value } = SORTINGS[key]
  return rows.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)]
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined)
    return x === y ? 0 : (x < y ? -1 : 1) * way
  })
}

/** What a heading leads to: its best first, and the other way round from there. */
export const nextOrder = (order: Order, key: SortKey): Order =>
  order.key === key ? { key, way: order.way > 0 ? -1 : 1 } : { key, way: SORTINGS[key].first }

/** As it stands in the address: `speed` is the best first, `-speed` turned round; undefined for what is no order. */
export function readOrder(text: string | null): Order | undefined {
  const key = text?.replace(/^-/, '') ?? ''
  if (!Object.hasOwn(SORTINGS, key)) return undefined
  if (key === 'best') return BEST
  const { first } = SORTINGS[key as SortKey]
  return { key: key as SortKey, way: text!.startsWith('-') ? (first > 0 ? -1 : 1) : first }
}

export const writeOrder = ({ key, way }: Order): string => (way === SORTINGS[key].first ? key : `-${key}`)
