import { NO_TRUTH, type Truth } from '../probes/truth.ts'
import { DEVIATION_SCALE } from '../trust.ts'
import { CohortSums } from './cohorts.ts'
import { Deviations, measureDeviations } from './deviation.ts'
import { type AnchorOf, admit, makeFigures } from './facet.ts'
import type { MemberTable } from './member-table.ts'
import type { ProviderMemory, Terms } from './memory.ts'
import type { Partition } from './partition.ts'
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
  partition: Partition,
  members: MemberTable,
  memory: ProviderMemory,
  terms: Terms,
  deviations: Deviations,
  truth: Truth = NO_TRUTH,
): ProviderMemory {
  const leaves = partition.leaves()
  const admitted = FACETS.map((_, facet) => admit(facet, leaves, members, memory[facet]!, terms))
  const anchor: AnchorOf = (facet, node, own) =>
    truth.anchor(
      facet,
      node,
      own.map((leaf) => leaves[leaf]!.path[0]!),
    )
  const figuresBy = (trust: Float64Array) => {
    const sums = new CohortSums(members, trust)
    return admitted.map((facet) => makeFigures(facet, leaves, sums, terms, anchor))
  }
  const results = figuresBy(members.trust)
  const here = new Deviations(members.ids.length)
  measureDeviations(leaves, results, here, truth)
  const trust = distrusting(members, here)
  const final = trust ? figuresBy(trust) : results
  measureDeviations(leaves, final, deviations, truth)
  return final.map((result) => result.memory)
}

/** Trust with less of it in those who are notably off. Undefined when there are none. */
function distrusting(members: MemberTable, here: Deviations): Float64Array | undefined {
  let trust: Float64Array | undefined
  for (let member = 0; member < members.ids.length; member++) {
    const own = here.of(member)
    if (!own) continue
    const excess = own.sum / own.cells - members.deviation[member]!
    if (excess <= NOTABLE) continue
    trust ??= members.trust.slice()
    trust[member] = members.trust[member]! * Math.exp(-excess / DEVIATION_SCALE)
  }
  return trust
}
