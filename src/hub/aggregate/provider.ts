import { DEVIATION_SCALE } from '../trust.ts'
import { type Deviation, measureDeviations } from './deviation.ts'
import { admit, groupByLeaf, type LeafEntries, makeFigures } from './facet.ts'
import type { ProviderMemory, Terms } from './memory.ts'
import { FACETS } from './sums.ts'
import type { Entry, Speaker } from './voices.ts'

export const NO_MEMORY: ProviderMemory = FACETS.map(() => ({ atoms: new Map(), nodes: new Map() }))

/**
 * One provider's part of the map: what was pending is let in where it may, in place; members' deviations are added to `deviations`. Depends on
 * nothing but its arguments, and not on the order of the entries.
 *
 * Figures are made twice: with the trust that members bring, and then with less for those who turned out to be further from the others here than
 * they used to be. So whoever lies about one provider only, or for the first time, is heard less at once.
 */
export function aggregateProvider(
  entries: readonly Entry[],
  memory: ProviderMemory,
  terms: Terms,
  deviations: Map<string, Deviation>,
): ProviderMemory {
  const leaves = groupByLeaf(entries)
  const admitted = FACETS.map((_, facet) => admit(facet, leaves, memory[facet]!, terms))
  const results = admitted.map((facet) => makeFigures(facet, leaves, terms))
  const here = new Map<string, Deviation>()
  measureDeviations(leaves, results, here)
  const heard = here.size === 0 ? leaves : distrusting(leaves, here)
  const final = here.size === 0 ? results : admitted.map((facet) => makeFigures(facet, heard, terms))
  measureDeviations(leaves, final, deviations)
  return final.map((result) => result.memory)
}

function distrusting(leaves: readonly LeafEntries[], here: ReadonlyMap<string, Deviation>): LeafEntries[] {
  const speakers = new Map<string, Speaker>()
  const heard = (speaker: Speaker): Speaker => {
    const known = speakers.get(speaker.id)
    if (known) return known
    const { sum, cells } = here.get(speaker.id) ?? { sum: 0, cells: 1 }
    const excess = Math.max(0, sum / cells - speaker.deviation)
    const own = { ...speaker, trust: speaker.trust * Math.exp(-excess / DEVIATION_SCALE) }
    speakers.set(speaker.id, own)
    return own
  }
  return leaves.map(({ path, entries }) => ({
    path,
    entries: entries.map(({ speaker, contribution }) => ({ speaker: heard(speaker), contribution })),
  }))
}
