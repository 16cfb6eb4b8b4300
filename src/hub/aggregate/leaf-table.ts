import { type Contribution, emptyContribution, type Leaf } from './contribution.ts'
import { LEVELS, nodeKey } from './levels.ts'
import { addSums, emptySums, FACET_COUNT, type Sums } from './sums.ts'
import { SumsColumn } from './sums-column.ts'

const FIRST_PLACES = 16
const GROWTH = 2

/**
 * All contributions to one leaf, as columns in the order of their members' numbers: as objects each would be some
 * kilobytes, and a large hub has millions.
 */
export class LeafTable {
  readonly leaf: Leaf
  /** Keys of the nodes that it belongs to, finest first. */
  readonly path: readonly string[]
  size = 0
  members = new Int32Array(FIRST_PLACES)
  /** Epoch of each contribution's newest report. */
  last = new Int32Array(FIRST_PLACES)
  /** Places of which something was released. */
  released: Uint8Array | undefined
  readonly base: (SumsColumn | undefined)[] = new Array<SumsColumn | undefined>(FACET_COUNT).fill(undefined)
  readonly pending: (SumsColumn | undefined)[] = new Array<SumsColumn | undefined>(FACET_COUNT).fill(undefined)
  readonly #most: number

  /** @param most contributions that it may come to have */
  constructor(leaf: Leaf, most: number) {
    this.leaf = leaf
    this.path = Array.from({ length: LEVELS }, (_, level) => nodeKey(leaf, level))
    this.#most = most
  }

  /** Takes a contribution over. @returns its place */
  add(member: number, { last, base, pending }: Contribution): number {
    const at = this.size++
    if (at >= this.members.length) this.#grow()
    this.members[at] = member
    this.last[at] = last
    for (let facet = 0; facet < FACET_COUNT; facet++) {
      this.#put(this.base, facet, at, base[facet])
      this.#put(this.pending, facet, at, pending[facet])
    }
    return at
  }

  contributionAt(place: number): Contribution {
    const contribution = emptyContribution(this.leaf)
    contribution.last = this.last[place]!
    for (let facet = 0; facet < FACET_COUNT; facet++) {
      const [base, pending] = [this.base[facet], this.pending[facet]]
      if (base?.has(place)) contribution.base[facet] = base.at(place)
      if (pending?.has(place)) contribution.pending[facet] = pending.at(place)
    }
    return contribution
  }

  /** Contributions that figures of a facet are made of. */
  count(facet: number): number {
    return this.base[facet]?.count() ?? 0
  }

  /** Lets count what waited. */
  release(facet: number): void {
    const [base, pending] = [this.base[facet], this.pending[facet]]
    if (!pending) return
    this.pending[facet] = undefined
    this.released ??= new Uint8Array(this.size)
    for (let at = 0; at < this.size; at++) if (pending.has(at)) this.released[at] = 1
    if (base) merge(facet, base, pending, this.size)
    else this.base[facet] = pending
  }

  #put(columns: (SumsColumn | undefined)[], facet: number, at: number, sums: Sums | undefined): void {
    if (!sums) return
    columns[facet] ??= new SumsColumn(this.members.length)
    columns[facet].put(at, sums)
  }

  #grow(): void {
    const places = Math.max(this.size, Math.min(this.#most, GROWTH * this.members.length))
    this.members = grown(this.members, places)
    this.last = grown(this.last, places)
    for (const column of this.base) column?.grow(places)
    for (const column of this.pending) column?.grow(places)
  }
}

function merge(facet: number, base: SumsColumn, pending: SumsColumn, size: number): void {
  const [to, from] = [emptySums(), emptySums()]
  for (let at = 0; at < size; at++) {
    if (!pending.has(at)) continue
    pending.read(at, from)
    if (base.has(at)) {
      base.read(at, to)
      addSums(facet, to, from)
      base.put(at, to)
    } else base.put(at, from)
  }
}

function grown(values: Int32Array<ArrayBuffer>, places: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(places)
  more.set(values)
  return more
}
