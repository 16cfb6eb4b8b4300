import { createHash } from 'node:crypto'
import { type Atom, type AtomMemory, type CountCohorts, divide } from './atoms.ts'
import { type CohortSums, isTrusted } from './cohorts.ts'
import { judge } from './figures.ts'
import type { LeafTable } from './leaf-table.ts'
import { LEVELS } from './levels.ts'
import type { Location } from './location.ts'
import type { MemberTable } from './member-table.ts'
import { type FacetMemory, isExpired, type NodeMemory, type Terms } from './memory.ts'
import type { Anchor } from './times.ts'

/** One facet of one provider after its news were released. */
export interface Admitted {
  readonly facet: number
  readonly atoms: ReadonlyMap<string, AtomMemory>
  /** Published before, not expired, and not to be made anew. */
  readonly kept: ReadonlyMap<string, NodeMemory>
  /** Cells to make anew: the leaves that they are made of. */
  readonly changed: ReadonlyMap<string, { readonly madeOf: string; readonly leaves: readonly number[] }>
}

/** Releases into the figures of a facet, in place, what its atoms allow, and finds the cells that change by it. */
export function admit(
  facet: number,
  leaves: readonly LeafTable[],
  members: MemberTable,
  memory: FacetMemory,
  terms: Terms,
): Admitted {
  const parts = leaves.map((leaf) => ({ path: leaf.path, contributions: () => leaf.count(facet) }))
  const atoms = divide(parts, memory.atoms, terms.k, countCohorts(facet, leaves, members))
  release(facet, leaves, atoms)
  return changedBy(facet, atoms, leaves, memory, terms)
}

function release(facet: number, leaves: readonly LeafTable[], atoms: readonly Atom[]): void {
  for (const { state, leaves: inside } of atoms)
    if (state === 'fresh') for (const leaf of inside) leaves[leaf]!.release(facet)
}

/** The cells of a facet that change by what was released. The others keep their figures for 24 hours. */
function changedBy(
  facet: number,
  atoms: readonly Atom[],
  leaves: readonly LeafTable[],
  memory: FacetMemory,
  terms: Terms,
): Admitted {
  const remember = (atom: Atom): AtomMemory => {
    if (atom.state === 'fresh') {
      const counts = atom.leaves.map((leaf) => leaves[leaf]!.count(facet))
      const inside = atom.leaves.filter((_, index) => counts[index]! > 0)
      const contributions = counts.reduce((sum, count) => sum + count, 0)
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
 * The figures of the cells that change, one after the other. Where members hide among each other, a figure needs k of
 * them near it: between values that are far apart it would be that of the one in the middle.
 */
export function makeFigures(
  { facet, atoms, kept, changed }: Admitted,
  leaves: readonly LeafTable[],
  sums: CohortSums,
  { epoch, k }: Terms,
  anchor: AnchorOf = () => undefined,
  figuresOf = judge,
): FacetResult {
  const nodes = new Map(kept)
  const locations = new Map<string, { location: Location; cohorts: number }>()
  for (const [key, { madeOf, leaves: inside }] of changed) {
    for (const leaf of inside) sums.add(facet, leaves[leaf]!)
    const cohorts = sums.take()
    const { figures, location, near } = figuresOf(facet, cohorts, anchor(facet, key, inside))
    if (location) locations.set(key, { location, cohorts: cohorts.ids.length })
    if (k > 1 && near < k) continue
    const trusted = cohorts.trust.reduce((count, trust) => count + (isTrusted(trust) ? 1 : 0), 0)
    nodes.set(key, { asOf: epoch, cohorts: Math.max(trusted, near), madeOf, figures })
  }
  return { memory: { atoms, nodes }, locations }
}

/** The nodes that atoms belong to: their own and those above. */
function nodesOf(atoms: readonly Atom[], leaves: readonly LeafTable[]): Map<string, Atom[]> {
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
 * Counts the trusted cohorts of a facet: k is counted over them. A cohort that was counted in this turn bears its
 * number.
 */
function countCohorts(facet: number, leaves: readonly LeafTable[], { cohort, cohorts, trust }: MemberTable) {
  const counted = new Int32Array(cohorts)
  let turn = 0
  const count: CountCohorts = (own, which, most) => {
    turn++
    let found = 0
    for (const leaf of own) {
      const { size, members, base, pending } = leaves[leaf]!
      const [more, others] = [pending[facet], which === 'all' ? base[facet] : undefined]
      if (!more && !others) continue
      for (let at = 0; at < size && found < most; at++) {
        if (!(more?.has(at) || others?.has(at))) continue
        const member = members[at]!
        const own = cohort[member]!
        if (counted[own] === turn || !isTrusted(trust[member]!)) continue
        counted[own] = turn
        found++
      }
    }
    return found
  }
  return count
}

const signature = (atoms: string[]): string =>
  createHash('sha256').update(atoms.sort().join('\0')).digest('base64url').slice(0, 16)
