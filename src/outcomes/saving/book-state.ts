import { RouterError } from '../../base/errors.ts'
import type { SteadyClock } from '../../base/steady-clock.ts'
import type { JsonObject } from '../../plugins/api.ts'
import type { Cell } from '../cells/cell.ts'
import type { CellTable, EndpointCells } from '../cells/endpoint-cells.ts'
import type { Memory } from '../cells/memory.ts'

/** Of the state below. A change that an older reader would misread raises it. */
const VERSION = 1

/**
 * Bytes of a state, with what is saved beside it. Windows get what all else leaves of it: beyond that the least
 * recently used cells are saved with their long memory only. What is lost is their windows after a restart.
 */
const MAX_STATE = 9_900_000
/** Of a ring, beside its text. */
const QUOTES = 3

type EndpointEntry = [id: string, memory: number[], rings: readonly string[], lately: number[][]]
type CellEntry = [endpoint: number, workloadClass: string, memory: number[], rings: readonly string[]]

const NO_RINGS: readonly string[] = []

/**
 * The book as JSON:
 *
 *     { version, time, classes: [[class, memory]], endpoints: [[id, memory, rings, lately]],
 *       cells: [[index of endpoint, class, memory, rings]] }
 *
 * with cells in order of use, latest first, and beside it `quality` (`QualityBook.encode`). `memory` is
 * `Memory.encode`, `lately` is `EndpointCells.encodeLately`, `rings` is `Rings.encode`, `time` the steady clock.
 * `beside`: bytes of what is saved with it.
 */
export function encodeBook(
  table: CellTable,
  classes: ReadonlyMap<string, Memory>,
  time: number,
  { beside = 0, max = MAX_STATE } = {},
): JsonObject {
  const index = new Map([...table.endpoints.keys()].map((endpoint, i) => [endpoint, i]))
  const endpoints = [...table.endpoints].map(([endpoint, known]): EndpointEntry => {
    return [endpoint, known.all.memory.encode(), NO_RINGS, known.encodeLately()]
  })
  const byUse = table.byAge().reverse()
  const cells = byUse.map(({ endpoint, workloadClass, cell }): CellEntry => {
    return [index.get(endpoint)!, workloadClass, cell.memory.encode(), NO_RINGS]
  })
  const state = {
    version: VERSION,
    time,
    classes: [...classes].map(([name, memory]) => [name, memory.encode()]),
    endpoints,
    cells,
  }
  let budget = max - beside - Buffer.byteLength(JSON.stringify(state))
  const ringsOf = (cell: Cell) => {
    if (budget <= 0) return NO_RINGS
    const rings = cell.rings.encode()
    for (const { length } of rings) budget -= length + QUOTES
    return budget >= 0 ? rings : NO_RINGS
  }
  for (const [at, { endpoint, cell }] of byUse.entries()) {
    const entry = endpoints[index.get(endpoint)!]!
    if (entry[2] === NO_RINGS) entry[2] = ringsOf(table.endpoints.get(endpoint)!.all)
    cells[at]![3] = ringsOf(cell)
  }
  return state
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
