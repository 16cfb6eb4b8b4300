/**
 * One provider's part of a map as docs/adr/0007 has it, every contribution an object and all of them at once: what the
 * hub makes of columns, one node after the other, is compared with it.
 */
import { type Atom, divide } from '../../src/hub/aggregate/atoms.ts'
import { type Cohorts, isTrusted } from '../../src/hub/aggregate/cohorts.ts'
import { type Contribution, leafKey } from '../../src/hub/aggregate/contribution.ts'
import { judge } from '../../src/hub/aggregate/figures.ts'
import { LEVELS, nodeKey } from '../../src/hub/aggregate/levels.ts'
import type { Location } from '../../src/hub/aggregate/location.ts'
import {
  type FacetMemory,
  isExpired,
  type NodeMemory,
  type ProviderMemory,
  type Terms,
} from '../../src/hub/aggregate/memory.ts'
import { distance, rateOf } from '../../src/hub/aggregate/shares.ts'
import { addSums, emptySums, FACETS, SUCCESS, type Sums } from '../../src/hub/aggregate/sums.ts'
import { SumsColumn } from '../../src/hub/aggregate/sums-column.ts'

export interface WholeMember {
  readonly id: string
  readonly cohort: number
  readonly trust: number
  readonly deviation: number
}

export interface Entry {
  readonly member: WholeMember
  readonly contribution: Contribution
}

interface Leaf {
  readonly path: readonly string[]
  readonly entries: readonly Entry[]
}

interface Cohort {
  readonly sums: Sums
  observations: number
  trust: number
}

type Facet = FacetMemory & { readonly locations: ReadonlyMap<string, { location: Location; cohorts: number }> }

/** Releases in place, and adds to `deviations`. */
export function wholeProvider(
  entries: readonly Entry[],
  memory: ProviderMemory,
  terms: Terms,
  deviations: Map<string, { sum: number; cells: number }>,
): ProviderMemory {
  const leaves = leavesOf(entries)
  const atoms = FACETS.map((_, facet) => {
    const own = divide(
      leaves.map(({ path, entries: inside }) => ({
        path,
        contributions: () => inside.filter(({ contribution }) => contribution.base[facet]).length,
      })),
      memory[facet]!.atoms,
      terms.k,
      (some, which) =>
        partiesOf(
          some.flatMap((leaf) => leaves[leaf]!.entries),
          facet,
          which,
        ),
    )
    for (const atom of own) if (atom.state === 'fresh') for (const leaf of atom.leaves) release(leaves[leaf]!, facet)
    return own
  })
  const make = (trustOf: (member: WholeMember) => number) =>
    FACETS.map((_, facet) => figuresOf(facet, leaves, atoms[facet]!, memory[facet]!, terms, trustOf))
  const first = make(({ trust }) => trust)
  const here = new Map<string, { sum: number; cells: number }>()
  measure(leaves, first, here)
  const final = make(({ id, trust, deviation }) => {
    const own = here.get(id)
    const excess = own ? own.sum / own.cells - deviation : 0
    return excess > 0.5 ? trust * Math.exp(-excess / 3) : trust
  })
  measure(leaves, final, deviations)
  return final.map(({ atoms: known, nodes }) => ({ atoms: known, nodes }))
}

function leavesOf(entries: readonly Entry[]): Leaf[] {
  const groups = [...Map.groupBy(entries, ({ contribution }) => leafKey(contribution.leaf))]
  return groups
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, own]) => ({
      path: Array.from({ length: LEVELS }, (_, level) => nodeKey(own[0]!.contribution.leaf, level)),
      entries: own.sort((a, b) => (a.member.id < b.member.id ? -1 : 1)),
    }))
}

function partiesOf(entries: readonly Entry[], facet: number, which: 'all' | 'news'): number {
  const own = entries.filter(
    ({ member, contribution: { base, pending } }) =>
      isTrusted(member.trust) && (pending[facet] || (which === 'all' && base[facet])),
  )
  return new Set(own.map(({ member }) => member.cohort)).size
}

function release({ entries }: Leaf, facet: number): void {
  for (const { contribution } of entries) {
    const { base, pending } = contribution
    const waiting = pending[facet]
    if (!waiting) continue
    if (base[facet]) addSums(facet, base[facet], waiting)
    else base[facet] = waiting
    pending[facet] = undefined
  }
}

function figuresOf(
  facet: number,
  leaves: readonly Leaf[],
  atoms: readonly Atom[],
  memory: FacetMemory,
  terms: Terms,
  trustOf: (member: WholeMember) => number,
): Facet {
  const own = (leaf: number) => leaves[leaf]!.entries.filter(({ contribution }) => contribution.base[facet])
  const known = new Map(
    atoms.map((atom) => {
      if (atom.state === 'fresh') {
        const inside = atom.leaves.filter((leaf) => own(leaf).length > 0)
        const contributions = inside.reduce((sum, leaf) => sum + own(leaf).length, 0)
        return [atom.id, { asOf: terms.epoch, leaves: inside.map((leaf) => leaves[leaf]!.path[0]!), contributions }]
      }
      const before = memory.atoms.get(atom.id)!
      return [
        atom.id,
        atom.state === 'waiting' || isExpired(before.asOf, terms) ? { ...before, waiting: true } : before,
      ]
    }),
  ) as Map<string, FacetMemory['atoms'] extends ReadonlyMap<string, infer Memory> ? Memory : never>
  const nodes = new Map([...memory.nodes].filter(([, { asOf }]) => !isExpired(asOf, terms)))
  const locations = new Map<string, { location: Location; cohorts: number }>()
  const usable = atoms.filter(({ id }) => !known.get(id)!.waiting)
  const keys = new Set(
    usable.flatMap((atom) => leaves[atom.leaves[0]!]!.path.filter((_, level) => level >= atom.level)),
  )
  for (const key of keys) {
    const parts = usable.filter((atom) => leaves[atom.leaves[0]!]!.path.indexOf(key) >= atom.level)
    const madeOf = parts
      .map((atom) => `${atom.id} ${known.get(atom.id)!.asOf}`)
      .sort()
      .join('\0')
    if (memory.nodes.get(key)?.madeOf === madeOf) continue
    nodes.delete(key)
    const cohorts = cohortsOf(facet, parts.flatMap((atom) => atom.leaves).flatMap(own), trustOf)
    const { figures, location, near } = judge(facet, cohorts)
    if (location) locations.set(key, { location, cohorts: cohorts.ids.length })
    if (terms.k > 1 && near < terms.k) continue
    const trusted = [...cohorts.trust].filter(isTrusted).length
    const node: NodeMemory = { asOf: terms.epoch, cohorts: Math.max(trusted, near), madeOf, figures }
    nodes.set(key, node)
  }
  return { atoms: known, nodes, locations }
}

function cohortsOf(facet: number, entries: readonly Entry[], trustOf: (member: WholeMember) => number): Cohorts {
  const cohorts = new Map<number, Cohort>()
  for (const { member, contribution } of entries) {
    const sums = contribution.base[facet]!
    const cohort = cohorts.get(member.cohort) ?? { sums: emptySums(), observations: 0, trust: 0 }
    cohorts.set(member.cohort, cohort)
    addSums(facet, cohort.sums, sums, Math.min(1, 200 / sums.n) * trustOf(member))
    cohort.observations += sums.n
    cohort.trust = Math.max(cohort.trust, trustOf(member))
  }
  const ids = [...cohorts.keys()].sort((a, b) => a - b)
  const column = new SumsColumn(ids.length)
  for (const [at, id] of ids.entries()) column.put(at, cohorts.get(id)!.sums)
  return {
    ids: Int32Array.from(ids),
    sums: column,
    observations: Float64Array.from(ids, (id) => cohorts.get(id)!.observations),
    trust: Float64Array.from(ids, (id) => cohorts.get(id)!.trust),
  }
}

function measure(
  leaves: readonly Leaf[],
  results: readonly Facet[],
  into: Map<string, { sum: number; cells: number }>,
): void {
  for (const { path, entries } of leaves) {
    for (const { member, contribution } of entries) {
      const distances = results.flatMap(({ locations }, facet) => {
        const judging = path.slice(0, LEVELS - 1).flatMap((key) => locations.get(key) ?? [])[0]
        const sums = contribution.base[facet]
        if (!sums || !judging || judging.cohorts < 10) return []
        const { a, b, n } = sums
        const { center } = judging.location
        return facet === SUCCESS
          ? distance(rateOf(a, b), center * (1 - center), n, judging.location)
          : distance(a, b, n, judging.location)
      })
      if (distances.length === 0) continue
      const own = into.get(member.id) ?? { sum: 0, cells: 0 }
      into.set(member.id, own)
      own.sum += Math.min(10, Math.max(0, Math.max(...distances) - 2))
      own.cells++
    }
  }
}
