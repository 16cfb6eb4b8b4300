import type { MapCell, PassedOver } from '../../federation/protocol/types.ts'
import type { WeighedCell, WeighedModel } from './map-cells.ts'

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

/** The same for models that members pass over: those of the fewest go first. */
export function fitModels(models: readonly WeighedModel[], bytes: number): PassedOver[] {
  let room = bytes
  const kept = new Set<WeighedModel>()
  for (const model of [...models].sort((x, y) => y.cohorts - x.cohorts)) {
    room -= Buffer.byteLength(JSON.stringify(model.entry)) + 1
    if (room < 0) break
    kept.add(model)
  }
  return models.filter((model) => kept.has(model)).map(({ entry }) => entry)
}
