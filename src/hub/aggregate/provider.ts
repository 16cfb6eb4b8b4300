import { type Deviation, measureDeviations } from './deviation.ts'
import { aggregateFacet, groupByLeaf } from './facet.ts'
import type { ProviderMemory, Terms } from './memory.ts'
import { FACETS } from './sums.ts'
import type { Entry } from './voices.ts'

export const NO_MEMORY: ProviderMemory = FACETS.map(() => ({ atoms: new Map(), nodes: new Map() }))

/**
 * One provider's part of the map: what was pending is let in where it may, in place; members' deviations are added to `deviations`. Depends on
 * nothing but its arguments, and not on the order of the entries.
 */
export function aggregateProvider(
  entries: readonly Entry[],
  memory: ProviderMemory,
  terms: Terms,
  deviations: Map<string, Deviation>,
): ProviderMemory {
  const leaves = groupByLeaf(entries)
  const results = FACETS.map((_, facet) => aggregateFacet(facet, leaves, memory[facet]!, terms))
  measureDeviations(leaves, results, deviations)
  return results.map((result) => result.memory)
}
