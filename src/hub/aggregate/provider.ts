import { NO_TRUTH, type Truth } from '../probes/truth.ts'
import { DEVIATION_SCALE } from '../trust.ts'
import { divide } from './atoms.ts'
import type { Entry, Member } from './cohorts.ts'
import { type Deviation, measureDeviations } from './deviation.ts'
import {
  type AnchorOf,
  admit,
  cohortsByLeaf,
  cohortTable,
  groupByLeaf,
  type LeafEntries,
  makeFigures,
  release,
} from './facet.ts'
import type { ProviderMemory, Terms } from './memory.ts'
import { FACETS } from './sums.ts'

/** So much further from the others than before, on average over its cells, is no chance. */
const NOTABLE = 0.5

export const NO_MEMORY: ProviderMemory = FACETS.map(() => ({ atoms: new Map(), nodes: new Map() }))

/**
 * One provider's part of the map: what was pending is released where it may be, in place; members' deviations are added
 * to `deviations`. Depends on nothing but its arguments, and not on the order of the entries.
 *
 * What the hub measured itself (`truth`) is one more party to figures of times, and members are held against it.
 *
 * Figures are made twice: with the trust that members bring, and then with less for those who turned out to be further
 * from the others here than they used to be. So whoever lies about one provider only, or for the first time, weighs
 * less at once.
 */
export function aggregateProvider(
  entries: readonly Entry[],
  memory: ProviderMemory,
  terms: Terms,
  deviations: Map<string, Deviation>,
  truth: Truth = NO_TRUTH,
): ProviderMemory {
  const leaves = groupByLeaf(entries)
  const contributing = cohortsByLeaf(leaves)
  const atoms = FACETS.map((_, facet) => {
    const cohorts = contributing.map((facets) => facets[facet]!)
    return divide(cohorts, memory[facet]!.atoms, terms.k)
  })
  const counts = release(leaves, atoms)
  const admitted = FACETS.map((_, facet) => admit(facet, atoms[facet]!, leaves, counts, memory[facet]!, terms))
  const anchor: AnchorOf = (facet, node, own) =>
    truth.anchor(
      facet,
      node,
      own.map((leaf) => leaves[leaf]!.path[0]!),
    )
  const figuresBy = (own: readonly LeafEntries[]) => {
    const cohorts = cohortTable(own)
    return admitted.map((facet) => makeFigures(facet, cohorts, terms, anchor))
  }
  const results = figuresBy(leaves)
  const here = new Map<string, Deviation>()
  measureDeviations(leaves, results, here, truth)
  const distrusted = distrusting(leaves, here)
  const final = distrusted ? figuresBy(distrusted) : results
  measureDeviations(leaves, final, deviations, truth)
  return final.map((result) => result.memory)
}

/** The same leaves with less trust in those who are notably off. Undefined when there are none. */
function distrusting(leaves: readonly LeafEntries[], here: ReadonlyMap<string, Deviation>): LeafEntries[] | undefined {
  const distrusted = new Map<Member, Member>()
  for (const { entries } of leaves) {
    for (const { member } of entries) {
      const own = here.get(member.id)
      if (!own || distrusted.has(member)) continue
      const excess = own.sum / own.cells - member.deviation
      if (excess > NOTABLE)
        distrusted.set(member, { ...member, trust: member.trust * Math.exp(-excess / DEVIATION_SCALE) })
    }
  }
  if (distrusted.size === 0) return undefined
  return leaves.map(({ path, entries }) => ({
    path,
    entries: entries.map(({ member, contribution }) => ({ member: distrusted.get(member) ?? member, contribution })),
  }))
}
