import type { ProbeCell } from '../../federation/protocol/types.ts'

/** What stands around the cells in a map: its head, signature and envelope. */
export const HEAD_BYTES = 1_000
/** Probes leave room for what members say: about 1,500 cells. */
export const PROBES_BYTES = 450_000

/** Of cells as JSON in a list, each with its comma. */
export const bytesOf = (cells: readonly object[]): number =>
  cells.reduce((sum, cell) => sum + Buffer.byteLength(JSON.stringify(cell)) + 1, 0)

/** The probe cells that fit into so many bytes: those measured last come first, in their order. */
export function fitProbes(cells: readonly ProbeCell[], bytes: number): ProbeCell[] {
  if (bytesOf(cells) <= bytes) return [...cells]
  let room = bytes
  const kept = new Set<ProbeCell>()
  for (const cell of cells.toSorted((a, b) => b.time - a.time)) {
    room -= bytesOf([cell])
    if (room < 0) break
    kept.add(cell)
  }
  return cells.filter((cell) => kept.has(cell))
}
