import { type Contribution, type Leaf, leafKey } from './contribution.ts'
import { LeafTable } from './leaf-table.ts'

/** A member's contributions, and whether something was released of them. */
export interface Released {
  readonly member: number
  readonly contributions: Contribution[]
  readonly isReleased: boolean
}

/**
 * What members contributed to one provider, all that its part of the map is made of: by leaf for the figures, and back
 * by member for the database.
 */
export class Partition {
  readonly #tables = new Map<string, LeafTable>()
  readonly #numbered: LeafTable[] = []
  readonly #most: number
  readonly #members: number[] = []
  /** Where each member's first contribution stands in the two below. */
  readonly #starts: number[] = []
  #leaves = new Int32Array(64)
  #places = new Int32Array(64)
  #count = 0
  readonly #numbers = new Map<LeafTable, number>()

  /** @param most members that it may come to have */
  constructor(most: number) {
    this.#most = most
  }

  /** Leaves, in an order that depends on nothing but their names. */
  leaves(): LeafTable[] {
    return [...this.#tables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, table]) => table)
  }

  /** Takes over what a member contributed. Members come in the order of their numbers. */
  add(member: number, contributions: readonly Contribution[]): void {
    this.#members.push(member)
    this.#starts.push(this.#count)
    for (const contribution of contributions) {
      const table = this.#tableOf(contribution.leaf)
      if (this.#count === this.#leaves.length) this.#grow()
      this.#leaves[this.#count] = this.#numbers.get(table)!
      this.#places[this.#count++] = table.add(member, contribution)
    }
  }

  /** What became of each member's contributions, in their order. */
  *members(): Iterable<Released> {
    for (const [index, member] of this.#members.entries()) {
      const contributions: Contribution[] = []
      let isReleased = false
      const end = this.#starts[index + 1] ?? this.#count
      for (let at = this.#starts[index]!; at < end; at++) {
        const table = this.#numbered[this.#leaves[at]!]!
        const place = this.#places[at]!
        contributions.push(table.contributionAt(place))
        isReleased ||= table.released?.[place] === 1
      }
      yield { member, contributions, isReleased }
    }
  }

  #tableOf(leaf: Leaf): LeafTable {
    const key = leafKey(leaf)
    const known = this.#tables.get(key)
    if (known) return known
    const table = new LeafTable(leaf, this.#most)
    this.#tables.set(key, table)
    this.#numbers.set(table, this.#numbered.length)
    this.#numbered.push(table)
    return table
  }

  #grow(): void {
    const [leaves, places] = [this.#leaves, this.#places]
    this.#leaves = new Int32Array(2 * leaves.length)
    this.#places = new Int32Array(2 * leaves.length)
    this.#leaves.set(leaves)
    this.#places.set(places)
  }
}
