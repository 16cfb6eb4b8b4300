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

/** What is to be known of one leaf's contributions to divide them. */
export interface AtomLeaf {
  readonly path: readonly string[]
  /** Contributions that figures are made of already. */
  contributions(): number
}

/**
 * How many trusted cohorts have anything to say in leaves, by their numbers, or something new; counted up to `most`.
 */
export type CountCohorts = (leaves: readonly number[], which: 'all' | 'news', most: number) => number

/**
 * Divides the leaves. `fresh` atoms take in what waits; `same` ones stay as they were last published; `waiting` ones
 * (some contribution is gone, or leaves came or went, and fewer than k cohorts have news) are left out of everything.
 * Leaves of fewer than k cohorts in all are in no atom.
 */
export function divide(
  leaves: readonly AtomLeaf[],
  memory: ReadonlyMap<string, AtomMemory>,
  k: number,
  count: CountCohorts,
): Atom[] {
  const stateOf = (own: readonly number[], known: AtomMemory | undefined): Atom['state'] | undefined => {
    if (count(own, 'all', k) < k) return undefined
    if (count(own, 'news', k) >= k) return 'fresh'
    // A group that was never published is none yet: its leaves stay where they were.
    if (!known) return undefined
    return !known.waiting &&
      isSame(
        own.map((leaf) => leaves[leaf]!),
        known,
      )
      ? 'same'
      : 'waiting'
  }
  const atoms: Atom[] = []
  let rest = leaves.map((_, index) => index)
  for (let level = 0; level < LEVELS; level++) {
    const groups = Map.groupBy(rest, (leaf) => leaves[leaf]!.path[level]!)
    rest = []
    for (const [node, members] of groups) {
      const id = `${level} ${node}`
      const state = stateOf(members, memory.get(id))
      if (state) atoms.push({ id, level, node, leaves: members, state })
      else rest.push(...members)
    }
  }
  return atoms
}

function isSame(leaves: readonly AtomLeaf[], known: AtomMemory): boolean {
  const names = new Set(known.leaves)
  // A leaf that has only news is not in it yet.
  const inside = leaves
    .map((leaf) => ({ name: leaf.path[0]!, contributions: leaf.contributions() }))
    .filter(({ contributions }) => contributions > 0)
  return (
    inside.length === names.size &&
    inside.every(({ name }) => names.has(name)) &&
    inside.reduce((sum, { contributions }) => sum + contributions, 0) === known.contributions
  )
}
