import { DEVIATION_SCALE } from '../trust.ts'
import { divide } from './atoms.ts'
import { type Deviation, measureDeviations } from './deviation.ts'
import { admit, groupByLeaf, type LeafEntries, letIn, makeFigures, voiceTable, whoSpeaks } from './facet.ts'
import type { ProviderMemory, Terms } from './memory.ts'
import { FACETS } from './sums.ts'
import type { Entry, Speaker } from './voices.ts'

/** So much further from the others than before, on average over its cells, is no chance. */
const NOTABLE = 0.5

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
  const speaking = whoSpeaks(leaves)
  const atoms = FACETS.map((_, facet) => {
    const voices = speaking.map((facets) => facets[facet]!)
    return divide(voices, memory[facet]!.atoms, terms.k)
  })
  const counts = letIn(leaves, atoms)
  const admitted = FACETS.map((_, facet) => admit(facet, atoms[facet]!, leaves, counts, memory[facet]!, terms))
  const figuresBy = (own: readonly LeafEntries[]) => {
    const voices = voiceTable(own)
    return admitted.map((facet) => makeFigures(facet, voices, terms))
  }
  const results = figuresBy(leaves)
  const here = new Map<string, Deviation>()
  measureDeviations(leaves, results, here)
  const heard = distrusting(leaves, here)
  const final = heard ? figuresBy(heard) : results
  measureDeviations(leaves, final, deviations)
  return final.map((result) => result.memory)
}

/** Undefined when there is nobody to be heard less. */
function distrusting(leaves: readonly LeafEntries[], here: ReadonlyMap<string, Deviation>): LeafEntries[] | undefined {
  const heard = new Map<Speaker, Speaker>()
  for (const { entries } of leaves) {
    for (const { speaker } of entries) {
      const own = here.get(speaker.id)
      if (!own || heard.has(speaker)) continue
      const excess = own.sum / own.cells - speaker.deviation
      if (excess > NOTABLE) heard.set(speaker, { ...speaker, trust: speaker.trust * Math.exp(-excess / DEVIATION_SCALE) })
    }
  }
  if (heard.size === 0) return undefined
  return leaves.map(({ path, entries }) => ({
    path,
    entries: entries.map(({ speaker, contribution }) => ({ speaker: heard.get(speaker) ?? speaker, contribution })),
  }))
}
