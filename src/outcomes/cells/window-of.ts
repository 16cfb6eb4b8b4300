import { commonUnit, gridScaleOf } from '../../base/work-units.ts'
import type { Window, WindowStats } from '../types.ts'
import { Totals } from '../windows/slot.ts'
import type { CellTable } from './endpoint-cells.ts'

/** What happened in the last `seconds` before `time`: of one endpoint or all, in one class or all. */
export function windowOf(
  table: CellTable,
  endpoint: string | undefined,
  workloadClass: string | undefined,
  seconds: Window,
  time: number,
): WindowStats {
  const totals = new Totals()
  for (const id of endpoint === undefined ? table.endpoints.keys() : [endpoint]) {
    const cell = workloadClass === undefined ? table.endpoints.get(id)?.all : table.find(id, workloadClass)
    cell?.rings.collect(seconds, time, totals)
  }
  return totals.stats(gridScale(table, endpoint, workloadClass))
}

/** Of an endpoint over all its classes, when they have one in common. */
function gridScale(table: CellTable, endpoint: string | undefined, workloadClass: string | undefined): number {
  if (workloadClass !== undefined) return gridScaleOf(workloadClass)
  const classes = endpoint === undefined ? undefined : table.endpoints.get(endpoint)?.classes
  return commonUnit(classes?.keys() ?? [])?.gridScale ?? 1
}
