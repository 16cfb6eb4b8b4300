/** Counts by two names. */
export type Counts = Map<string, Map<string, number>>

export function countsIn(all: Counts, name: string): Map<string, number> {
  const counts = all.get(name) ?? new Map<string, number>()
  all.set(name, counts)
  return counts
}

export function addCounts(counts: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [name, count] of more) counts.set(name, (counts.get(name) ?? 0) + count)
}
