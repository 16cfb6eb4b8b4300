import type { MapCell } from '../../federation/protocol/types.ts'
import type { WeighedCell } from './map-cells.ts'

/**
 * The cells that fit into so many bytes of JSON. The thinnest go first, of equally thin ones the finest (what is above
 * them stays) and then the last by name; the rest keep their order.
 */
export function fitCells(
  cells: readonly WeighedCell[],
  bytes: number,
): { readonly cells: MapCell[]; readonly dropped: number } {
  const sized = cells.map((weighed, index) => ({
    ...weighed,
    index,
    bytes: Buffer.byteLength(JSON.stringify(weighed.cell)) + 1,
  }))
  const byWorth = [...sized].sort(
    (x, y) => y.cohorts - x.cohorts || fineness(x.cell) - fineness(y.cell) || x.index - y.index,
  )
  let room = bytes
  const kept = new Set<number>()
  for (const { index, bytes: size } of byWorth) {
    room -= size
    if (room < 0) break
    kept.add(index)
  }
  return {
    cells: sized.filter(({ index }) => kept.has(index)).map(({ cell }) => cell),
    dropped: cells.length - kept.size,
  }
}

const fineness = ({ model, class: workload, region }: MapCell): number =>
  [model, workload, region].reduce((sum: number, part) => sum + (part === undefined ? 0 : 1), 0)

/** The same for rows of another kind: those of the fewest go first. */
export function fitRows<Row>(rows: readonly { readonly entry: Row; readonly cohorts: number }[], bytes: number): Row[] {
  let room = bytes
  const kept = new Set<{ readonly entry: Row }>()
  for (const row of [...rows].sort((x, y) => y.cohorts - x.cohorts)) {
    room -= Buffer.byteLength(JSON.stringify(row.entry)) + 1
    if (room < 0) break
    kept.add(row)
  }
  return rows.filter((row) => kept.has(row)).map(({ entry }) => entry)
}
