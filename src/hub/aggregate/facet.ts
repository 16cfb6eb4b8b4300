import { createHash } from 'node:crypto'
import type { Atom, AtomMemory, LeafCohorts } from './atoms.ts'
import { addCohorts, addEntries, type Cohort, type Entry, isTrusted } from './cohorts.ts'
import { leafKey, releaseFacet } from './contribution.ts'
import { inOrder, judge } from './figures.ts'
import { LEVELS, nodeKey } from './levels.ts'
import type { Location } from './location.ts'
import { type FacetMemory, isExpired, type NodeMemory, type Terms } from './memory.ts'
import { FACET_COUNT, FACETS } from './sums.ts'
import type { Anchor } from './times.ts'

/** All contributions to a leaf. */
export interface LeafEntries {
  readonly entries: readonly Entry[]
  /** Keys of the nodes that it belongs to, finest first. */
  readonly path: readonly string[]
}

/** Groups contributions by leaf, in an order that does not depend on theirs. */
export function groupByLeaf(entries: readonly Entry[]): LeafEntries[] {
  const groups = [...Map.groupBy(entries, ({ contribution }) => leafKey(contribution.leaf))].sort(([a], [b]) =>
    a < b ? -1 : 1,
  )
  return groups.map(([, own]) => {
    const { leaf } = own[0]!.contribution
    const sorted = own.sort((a, b) => (a.member.id < b.member.id ? -1 : 1))
    return { entries: sorted, path: Array.from({ length: LEVELS }, (_, level) => nodeKey(leaf, level)) }
  })
}

/** One facet of one provider after its news were released. */
export interface Admitted {
  readonly facet: number
  readonly atoms: ReadonlyMap<string, AtomMemory>
  /** Published before, not expired, and not to be made anew. */
  readonly kept: ReadonlyMap<string, NodeMemory>
  /** Cells to make anew: the leaves that they are made of. */
  readonly changed: ReadonlyMap<string, { readonly madeOf: string; readonly leaves: readonly number[] }>
}

/**
 * Releases into the figures, in place, what the atoms of each facet allow.
 * @returns the contributions that figures are made of then, by leaf and facet
 */
export function release(leaves: readonly LeafEntries[], atoms: readonly (readonly Atom[])[]): number[][] {
  const isFresh = leaves.map(() => new Array<boolean>(FACET_COUNT).fill(false))
  for (const [facet, own] of atoms.entries()) {
    for (const { state, leaves: inside } of own)
      if (state === 'fresh') for (const leaf of inside) isFresh[leaf]![facet] = true
  }
  return leaves.map(({ entries }, leaf) => {
    const fresh = isFresh[leaf]!
    const counts = new Array<number>(FACET_COUNT).fill(0)
    for (const { contribution } of entries) {
      for (let facet = 0; facet < FACET_COUNT; facet++) {
        if (fresh[facet]) releaseFacet(contribution, facet)
        if (contribution.base[facet]) counts[facet]!++
      }
    }
    return counts
  })
}

/**
 * Finds the cells of a facet that change by what was released. The others keep their figures for 24 hours.
 * @param counts from `release`
 */
export function admit(
  facet: number,
  atoms: readonly Atom[],
  leaves: readonly LeafEntries[],
  counts: readonly (readonly number[])[],
  memory: FacetMemory,
  terms: Terms,
): Admitted {
  const remember = (atom: Atom): AtomMemory => {
    if (atom.state === 'fresh') {
      const inside = atom.leaves.filter((leaf) => counts[leaf]![facet]! > 0)
      const contributions = inside.reduce((sum, leaf) => sum + counts[leaf]![facet]!, 0)
      return { asOf: terms.epoch, leaves: inside.map((leaf) => leaves[leaf]!.path[0]!), contributions }
    }
    const known = memory.atoms.get(atom.id)!
    return atom.state === 'waiting' || isExpired(known.asOf, terms) ? { ...known, waiting: true } : known
  }
  const known = new Map(atoms.map((atom) => [atom.id, remember(atom)]))
  const kept = new Map([...memory.nodes].filter(([, { asOf }]) => !isExpired(asOf, terms)))
  const changed = new Map<string, { madeOf: string; leaves: number[] }>()
  const usable = atoms.filter(({ id }) => !known.get(id)!.waiting)
  for (const [key, parts] of nodesOf(usable, leaves)) {
    const madeOf = signature(parts.map((atom) => `${atom.id} ${known.get(atom.id)!.asOf}`))
    if (memory.nodes.get(key)?.madeOf === madeOf) continue
    kept.delete(key)
    changed.set(key, { madeOf, leaves: parts.flatMap((atom) => atom.leaves) })
  }
  return { facet, atoms: known, kept, changed }
}

export interface FacetResult {
  readonly memory: FacetMemory
  /** Of the nodes whose figures were made anew. */
  readonly locations: ReadonlyMap<string, { readonly location: Location; readonly cohorts: number }>
}

/** What the hub measured itself of a node and its leaves, by their numbers. */
export type AnchorOf = (facet: number, node: string, leaves: readonly number[]) => Anchor | undefined

/**
 * The figures of the cells that change, from the `cohorts` by leaf and facet. Where members hide among each other, a
 * figure needs k of them near it: between values that are far apart it would be that of the one in the middle.
 */
export function makeFigures(
  { facet, atoms, kept, changed }: Admitted,
  cohorts: CohortTable,
  { epoch, k }: Terms,
  anchor: AnchorOf = () => undefined,
): FacetResult {
  const nodes = new Map(kept)
  const locations = new Map<string, { location: Location; cohorts: number }>()
  for (const [key, { madeOf, leaves }] of changed) {
    const together = leaves.length === 1 ? cohorts[leaves[0]!]![facet]! : new Map<number, Cohort>()
    if (leaves.length > 1) for (const leaf of leaves) addCohorts(together, facet, cohorts[leaf]![facet]!.values())
    const { figures, location, near } = judge(facet, inOrder(together.values()), anchor(facet, key, leaves))
    if (location) locations.set(key, { location, cohorts: together.size })
    if (k > 1 && near < k) continue
    const trusted = [...together.values()].filter(isTrusted).length
    nodes.set(key, { asOf: epoch, cohorts: Math.max(trusted, near), madeOf, figures })
  }
  return { memory: { atoms, nodes }, locations }
}

/** The nodes that atoms belong to: their own and those above. */
function nodesOf(atoms: readonly Atom[], leaves: readonly LeafEntries[]): Map<string, Atom[]> {
  const nodes = new Map<string, Atom[]>()
  for (const atom of atoms) {
    const { path } = leaves[atom.leaves[0]!]!
    for (let level = atom.level; level < LEVELS; level++) {
      const key = path[level]!
      const parts = nodes.get(key) ?? []
      nodes.set(key, parts)
      parts.push(atom)
    }
  }
  return nodes
}

/**
 * What every cohort contributed, by leaf and facet. All facets of a leaf in one go: there is more of it than fits into
 * a processor's cache.
 */
export type CohortTable = readonly (readonly Map<number, Cohort>[])[]

export const cohortTable = (leaves: readonly LeafEntries[]): CohortTable =>
  leaves.map(({ entries }) => {
    const facets = FACETS.map(() => new Map<number, Cohort>())
    addEntries(facets, entries)
    return facets
  })

/** Which trusted cohorts contribute to each leaf, by leaf and facet: k is counted over them. */
export const cohortsByLeaf = (leaves: readonly LeafEntries[]): LeafCohorts[][] =>
  leaves.map(({ entries, path }) => {
    const facets = FACETS.map(() => ({ path, all: new Set<number>(), news: new Set<number>(), contributions: 0 }))
    for (const { member, contribution } of entries) {
      for (let facet = 0; facet < FACET_COUNT; facet++) {
        const own = facets[facet]!
        const [base, pending] = [contribution.base[facet], contribution.pending[facet]]
        if (base) own.contributions++
        if (!isTrusted(member)) continue
        if (pending) own.news.add(member.cohort)
        if (base || pending) own.all.add(member.cohort)
      }
    }
    return facets
  })

const signature = (atoms: string[]): string =>
  createHash('sha256').update(atoms.sort().join('\0')).digest('base64url').slice(0, 16)
