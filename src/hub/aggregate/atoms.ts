import { LEVELS } from './levels.ts'

/**
 * Which data is released into figures, so that no two published figures, of whatever cells and epochs, reveal fewer
 * than k cohorts.
 *
 * The leaves of a provider are divided into atoms: a leaf that k cohorts contribute to is one by itself; those with
 * fewer are put together with the others of their parent, then of the parent's parent, until there are k cohorts. Every
 * published cell is made of whole atoms. And an atom changes only when at least k of its cohorts have something that
 * was never in any figure before; until then what they sent waits. So whatever way figures are added and subtracted,
 * the newest atom in the sum holds news of at least k cohorts. docs/adr/0007 has the argument in full.
 */
export interface Atom {
  /** `<level> <key of the node>`: for level 0 a leaf, above it all leaves of the node that are in no finer atom. */
  readonly id: string
  readonly level: number
  readonly node: string
  readonly leaves: readonly number[]
  readonly state: 'fresh' | 'same' | 'waiting'
}

/** What is remembered of an atom: when it was last released, and of what it consisted then. */
export interface AtomMemory {
  readonly asOf: number
  readonly leaves: readonly string[]
  /** Contributions in it; one that is gone (a member left, or fell silent) makes the atom another one. */
  readonly contributions: number
  /** It is left out of everything until k of its cohorts have news. */
  readonly waiting?: boolean
}

/**
 * One leaf's cohorts, by facet: those with anything, those with something new, and the number of contributions that
 * figures are made of already.
 */
export interface LeafCohorts {
  readonly path: readonly string[]
  readonly all: ReadonlySet<number>
  readonly news: ReadonlySet<number>
  readonly contributions: number
}

/**
 * Divides the leaves. `fresh` atoms take in what waits; `same` ones stay as they were last published; `waiting` ones
 * (some contribution is gone, or leaves came or went, and fewer than k cohorts have news) are left out of everything.
 * Leaves of fewer than k cohorts in all are in no atom.
 */
export function divide(leaves: readonly LeafCohorts[], memory: ReadonlyMap<string, AtomMemory>, k: number): Atom[] {
  const atoms: Atom[] = []
  let rest = leaves.map((_, index) => index)
  for (let level = 0; level < LEVELS; level++) {
    const groups = Map.groupBy(rest, (leaf) => leaves[leaf]!.path[level]!)
    rest = []
    for (const [node, members] of groups) {
      const id = `${level} ${node}`
      const state = stateOf(
        members.map((leaf) => leaves[leaf]!),
        memory.get(id),
        k,
      )
      if (state) atoms.push({ id, level, node, leaves: members, state })
      else rest.push(...members)
    }
  }
  return atoms
}

function stateOf(leaves: readonly LeafCohorts[], known: AtomMemory | undefined, k: number): Atom['state'] | undefined {
  if (union(leaves, 'all') < k) return undefined
  if (union(leaves, 'news') >= k) return 'fresh'
  // A group that was never published is none yet: its leaves stay where they were.
  if (!known) return undefined
  if (known.waiting) return 'waiting'
  const names = new Set(known.leaves)
  // A leaf that has only news is not in it yet.
  const inside = leaves.filter(({ contributions }) => contributions > 0)
  const isSame =
    inside.length === names.size &&
    inside.every(({ path }) => names.has(path[0]!)) &&
    inside.reduce((sum, { contributions }) => sum + contributions, 0) === known.contributions
  return isSame ? 'same' : 'waiting'
}

function union(leaves: readonly LeafCohorts[], which: 'all' | 'news'): number {
  if (leaves.length === 1) return leaves[0]![which].size
  const cohorts = new Set<number>()
  for (const leaf of leaves) for (const cohort of leaf[which]) cohorts.add(cohort)
  return cohorts.size
}
