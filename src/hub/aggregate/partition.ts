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
  readonly #tables: LeafTable[] = []
  /** The place of a leaf's table, by its key and by its object. */
  readonly #keys = new Map<string, number>()
  readonly #numbers = new Map<Leaf, number>()
  readonly #most: number
  readonly #members: number[] = []
  /** Where each member's first contribution stands in the two below. */
  readonly #starts: number[] = []
  #leaves = new Int32Array(64)
  #places = new Int32Array(64)
  #count = 0

  /** @param most members that it may come to have */
  constructor(most: number) {
    this.#most = most
  }

  /** Leaves, in an order that depends on nothing but their names. */
  leaves(): LeafTable[] {
    return [...this.#keys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, number]) => this.#tables[number]!)
  }

  /** Takes over what a member contributed. Members come in the order of their numbers. */
  add(member: number, contributions: readonly Contribution[]): void {
    this.#members.push(member)
    this.#starts.push(this.#count)
    for (const contribution of contributions) {
      const number = this.#numberOf(contribution.leaf)
      if (this.#count === this.#leaves.length) this.#grow()
      this.#leaves[this.#count] = number
      this.#places[this.#count++] = this.#tables[number]!.add(member, contribution)
    }
  }

  /** What became of each member's contributions, in their order. */
  *members(): Iterable<Released> {
    for (const [index, member] of this.#members.entries()) {
      const contributions: Contribution[] = []
      let isReleased = false
      const end = this.#starts[index + 1] ?? this.#count
      for (let at = this.#starts[index]!; at < end; at++) {
        const table = this.#tables[this.#leaves[at]!]!
        const place = this.#places[at]!
        contributions.push(table.contributionAt(place))
        isReleased ||= table.released?.[place] === 1
      }
      yield { member, contributions, isReleased }
    }
  }

  /** Most contributions share their leaf's object with others, which spares its key. */
  #numberOf(leaf: Leaf): number {
    const seen = this.#numbers.get(leaf)
    if (seen !== undefined) return seen
    const key = leafKey(leaf)
    const number = this.#keys.get(key) ?? this.#tables.length
    if (number === this.#tables.length) {
      this.#tables.push(new LeafTable(leaf, this.#most))
      this.#keys.set(key, number)
    }
    this.#numbers.set(leaf, number)
    return number
  }

  #grow(): void {
    const [leaves, places] = [this.#leaves, this.#places]
    this.#leaves = new Int32Array(2 * leaves.length)
    this.#places = new Int32Array(2 * leaves.length)
    this.#leaves.set(leaves)
    this.#places.set(places)
  }
}
