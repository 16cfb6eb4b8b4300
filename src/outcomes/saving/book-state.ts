import { RouterError } from '../../base/errors.ts'
import type { SteadyClock } from '../../base/steady-clock.ts'
import type { JsonObject } from '../../plugins/api.ts'
import type { Cell } from '../cells/cell.ts'
import type { CellTable, EndpointCells } from '../cells/endpoint-cells.ts'
import type { Memory } from '../cells/memory.ts'

/** Of the state below. A change that an older reader would misread raises it. */
const VERSION = 1

/**
 * Characters of rings in a state. Beyond it the least recently used cells are saved with their long memory only, so
 * that the file stays under 10 MB whatever the traffic; what is lost is their windows after a restart.
 */
const RINGS_BUDGET = 6_900_000

/**
 * The book as JSON:
 *
 *     { version, time, classes: [[class, memory]], endpoints: [[id, memory, rings, lately]],
 *       cells: [[index of endpoint, class, memory, rings]] }
 *
 * with cells in order of use, latest first, and beside it `quality` (`QualityBook.encode`). `memory` is
 * `Memory.encode`, `lately` is `EndpointCells.encodeLately`, `rings` is `Rings.encode`, `time` the steady clock.
 */
export function encodeBook(
  table: CellTable,
  classes: ReadonlyMap<string, Memory>,
  time: number,
  ringsBudget = RINGS_BUDGET,
): JsonObject {
  let budget = ringsBudget
  const encode = (cell: Cell) => {
    const rings = budget > 0 ? cell.rings.encode() : []
    budget -= rings.reduce((sum, ring) => sum + ring.length, 0)
    return [cell.memory.encode(), budget >= 0 ? rings : []]
  }
  const index = new Map([...table.endpoints.keys()].map((endpoint, i) => [endpoint, i]))
  // Cells first: together with the endpoints they are encoded from the most to the least recently used.
  const byUse = table.byAge().reverse()
  const endpoints = new Array<unknown>(index.size)
  const cells = byUse.map(({ endpoint, workloadClass, cell }) => {
    const i = index.get(endpoint)!
    const known = table.endpoints.get(endpoint)!
    endpoints[i] ??= [endpoint, ...encode(known.all), known.encodeLately()]
    return [i, workloadClass, ...encode(cell)]
  })
  return {
    version: VERSION,
    time,
    classes: [...classes].map(([name, memory]) => [name, memory.encode()]),
    endpoints,
    cells,
  }
}

/**
 * Fills empty parts of a book from `encodeBook`'s state. Gives the number of entries left out because they make no
 * sense.
 */
export function decodeBook(
  state: JsonObject,
  table: CellTable,
  memoryOf: (workloadClass: string) => Memory | undefined,
  clock: SteadyClock,
): number {
  const { version, time } = state
  if (typeof version === 'number' && version > VERSION) {
    throw new RouterError('ROUTER_STATS_UNREADABLE', {
      path: 'of the stats store',
      reason: `its state has format ${version}, this router knows up to ${VERSION}. Start the newer router, or give this one another stats.path`,
    })
  }
  if (version !== VERSION || typeof time !== 'number') return 1
  clock.resume(time)
  let leftOut = 0
  const entries = function* (value: unknown): Generator<readonly unknown[]> {
    for (const entry of Array.isArray(value) ? value : []) {
      if (Array.isArray(entry)) yield entry
      else leftOut++
    }
  }
  const fill = (cell: Cell, memory: unknown, rings: unknown) => {
    cell.memory.decode(memory, clock.last)
    if (Array.isArray(rings)) cell.rings.decode(rings, clock.last)
  }
  for (const [name, memory] of entries(state.classes))
    if (typeof name === 'string') memoryOf(name)?.decode(memory, clock.last)
  const endpoints = [...entries(state.endpoints)]
  const filled = new Set<EndpointCells>()
  for (const [i, workloadClass, memory, rings] of [...entries(state.cells)].reverse()) {
    const [endpoint, allMemory, allRings, lately] = typeof i === 'number' ? (endpoints[i] ?? []) : []
    if (typeof endpoint !== 'string' || typeof workloadClass !== 'string') {
      leftOut++
      continue
    }
    const { cells, cell } = table.use(endpoint, workloadClass)
    fill(cell, memory, rings)
    if (!filled.has(cells)) {
      fill(cells.all, allMemory, allRings)
      cells.decodeLately(lately, clock.last)
    }
    filled.add(cells)
  }
  return leftOut
}
