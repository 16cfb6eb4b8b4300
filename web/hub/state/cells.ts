import type { MapCell, ProbeCell } from '../../../src/federation/protocol/types.ts'
import type { Entry } from './endpoint-index.ts'
import { type Figures, figuresOf, probeFigures } from './figures.ts'

/** A part of an endpoint's traffic: a class, or a class in one region for callers on one continent. */
export interface CellRow extends Figures {
  readonly provider: string
  /** Parts of `chat.lt1k.plain`. */
  readonly kind: string
  readonly size: string
  readonly shape: string
  readonly region?: string
  readonly continent?: string
  /** Measured by the hub itself; absent: by its members. */
  readonly source?: 'probe'
}

/** The parts of a model's endpoints, by provider, the wider before the narrower. */
export function cellRows(entries: readonly Entry[]): CellRow[] {
  const rows = entries.flatMap(({ parts, probes }) => [
    ...parts.map((cell) => rowOf(cell, figuresOf(cell))),
    ...probes.map((cell): CellRow => ({ ...rowOf(cell, probeFigures(cell)), source: 'probe' })),
  ])
  return rows.sort(
    (a, b) => compare(a.provider, b.provider) || compare(placeOf(a), placeOf(b)) || compare(classOf(a), classOf(b)),
  )
}

function rowOf(cell: MapCell | ProbeCell, figures: Figures): CellRow {
  const [kind = '', size = '', shape = ''] = cell.class!.split('.')
  return {
    provider: cell.provider,
    kind,
    size,
    shape,
    ...(cell.region !== undefined && { region: cell.region }),
    ...(cell.continent !== undefined && { continent: cell.continent }),
    ...figures,
  }
}

const SIZES = ['lt1k', 'lt8k', 'lt64k', 'more']
const classOf = ({ kind, size, shape }: CellRow) => `${kind} ${SIZES.indexOf(size)} ${shape}`
/** Cells over all places have none: the empty text sorts first. */
const placeOf = ({ region, continent }: CellRow) => (continent === undefined ? '' : `${continent} ${region}`)
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
