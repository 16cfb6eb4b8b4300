import { createHash } from 'node:crypto'
import { type Atom, type AtomMemory, divide, type LeafVoices } from './atoms.ts'
import { leafKey, releaseFacet } from './contribution.ts'
import { inOrder, judge } from './figures.ts'
import { LEVELS, nodeKey } from './levels.ts'
import type { Location } from './location.ts'
import { type FacetMemory, isExpired, type NodeMemory, type Terms } from './memory.ts'
import { addEntries, addVoices, type Entry, type Voice } from './voices.ts'

/** All that is said of a leaf. */
export interface LeafEntries {
  readonly entries: readonly Entry[]
  /** Keys of the nodes that it belongs to, finest first. */
  readonly path: readonly string[]
}

/** Groups what members say by leaf, in an order that does not depend on theirs. */
export function groupByLeaf(entries: readonly Entry[]): LeafEntries[] {
  const groups = [...Map.groupBy(entries, ({ contribution }) => leafKey(contribution.leaf))].sort(([a], [b]) => (a < b ? -1 : 1))
  return groups.map(([, own]) => {
    const { leaf } = own[0]!.contribution
    const sorted = own.sort((a, b) => (a.speaker.id < b.speaker.id ? -1 : 1))
    return { entries: sorted, path: Array.from({ length: LEVELS }, (_, level) => nodeKey(leaf, level)) }
  })
}

/** One facet of one provider after its news were let in. */
export interface Admitted {
  readonly facet: number
  readonly atoms: ReadonlyMap<string, AtomMemory>
  /** Published before, not expired, and not to be made anew. */
  readonly kept: ReadonlyMap<string, NodeMemory>
  /** Cells to make anew: the leaves that they are made of. */
  readonly changed: ReadonlyMap<string, { readonly madeOf: string; readonly leaves: readonly number[] }>
}

/** Lets in what may be let in, in place, and finds the cells that change by it. The others keep their figures for 24 hours. */
export function admit(facet: number, leaves: readonly LeafEntries[], memory: FacetMemory, terms: Terms): Admitted {
  const atoms = divide(
    leaves.map((leaf) => voicesOfLeaf(facet, leaf)),
    memory.atoms,
    terms.k,
  )
  const known = new Map(atoms.map((atom) => [atom.id, remembered(facet, atom, leaves, memory, terms)]))
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
  readonly locations: ReadonlyMap<string, { readonly location: Location; readonly voices: number }>
}

/** The figures of the cells that change, from what members say as far as they are trusted. */
export function makeFigures({ facet, atoms, kept, changed }: Admitted, leaves: readonly LeafEntries[], { epoch }: Terms): FacetResult {
  const nodes = new Map(kept)
  const locations = new Map<string, { location: Location; voices: number }>()
  const cache = new Map<number, Map<number, Voice>>()
  for (const [key, { madeOf, leaves: parts }] of changed) {
    const voices = parts.length === 1 ? leafVoices(facet, parts[0]!, leaves, cache) : new Map<number, Voice>()
    if (parts.length > 1) for (const leaf of parts) addVoices(voices, facet, leafVoices(facet, leaf, leaves, cache).values())
    const { figures, location } = judge(facet, inOrder(voices.values()))
    nodes.set(key, { asOf: epoch, voices: voices.size, madeOf, figures })
    if (location) locations.set(key, { location, voices: voices.size })
  }
  return { memory: { atoms, nodes }, locations }
}

function remembered(facet: number, atom: Atom, leaves: readonly LeafEntries[], { atoms }: FacetMemory, terms: Terms): AtomMemory {
  if (atom.state === 'fresh') return release(facet, atom, leaves, terms)
  const known = atoms.get(atom.id)!
  return atom.state === 'waiting' || isExpired(known.asOf, terms) ? { ...known, waiting: true } : known
}

function release(facet: number, atom: Atom, leaves: readonly LeafEntries[], { epoch }: Terms): AtomMemory {
  const own = atom.leaves.map((leaf) => leaves[leaf]!)
  for (const { entries } of own) for (const { contribution } of entries) releaseFacet(contribution, facet)
  const inside = own.filter((leaf) => contributions(facet, leaf) > 0)
  const count = inside.reduce((sum, leaf) => sum + contributions(facet, leaf), 0)
  return { asOf: epoch, leaves: inside.map(({ path }) => path[0]!), contributions: count }
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

function leafVoices(
  facet: number,
  leaf: number,
  leaves: readonly LeafEntries[],
  cache: Map<number, Map<number, Voice>>,
): Map<number, Voice> {
  let voices = cache.get(leaf)
  if (!voices) {
    voices = new Map()
    addEntries(voices, facet, leaves[leaf]!.entries)
    cache.set(leaf, voices)
  }
  return voices
}

function voicesOfLeaf(facet: number, { entries, path }: LeafEntries): LeafVoices {
  const all = new Set<number>()
  const news = new Set<number>()
  let count = 0
  for (const { speaker, contribution } of entries) {
    if (contribution.base[facet]) count++
    if (contribution.pending[facet]) news.add(speaker.voice)
    if (contribution.base[facet] || contribution.pending[facet]) all.add(speaker.voice)
  }
  return { path, all, news, contributions: count }
}

const contributions = (facet: number, { entries }: LeafEntries): number =>
  entries.reduce((count, { contribution }) => count + (contribution.base[facet] ? 1 : 0), 0)

const signature = (atoms: string[]): string => createHash('sha256').update(atoms.sort().join('\0')).digest('base64url').slice(0, 16)
