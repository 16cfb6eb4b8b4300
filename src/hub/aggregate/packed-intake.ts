import { BUCKETS } from '../../base/grid.ts'
import { type Contribution, emptyContribution, type Leaf } from './contribution.ts'
import { FACET_COUNT, type Sums } from './sums.ts'

type Leaves = Map<string, Contribution>
/** By provider and member. */
type Unpacked = Map<string, Map<string, Leaves>>

/** What came of one provider. */
export interface ProviderIntake {
  /** Their ids. */
  readonly members: readonly string[]
  /** A member's part, taken out. Undefined of those who sent nothing. */
  take(member: string): Leaves | undefined
}

/**
 * What came of a whole epoch, packed: as objects it would be some kilobytes for each member's cell, of which a large
 * hub has millions at once. A member's cells of a provider are one array of numbers of 32 bits, as in the database:
 * for each the number of its leaf, its newest epoch, which facets there are, and their sums. Unpacked by provider and
 * member, when their turn comes, and then forgotten.
 */
export class PackedIntake {
  readonly #providers = new Map<string, Map<string, Float32Array>>()
  readonly #leaves: Leaf[] = []
  /** Of each leaf; made once, since there are many contributions to each. */
  readonly #keys: string[] = []
  readonly #numbers = new Map<string, number>()

  get providers(): Iterable<string> {
    return this.#providers.keys()
  }

  /** Packs what a member's report came to. A member has one packed array for each provider: see `takeMember`. */
  add(came: Unpacked): void {
    for (const [provider, members] of came) {
      const own = this.#providers.get(provider) ?? new Map<string, Float32Array>()
      this.#providers.set(provider, own)
      for (const [member, leaves] of members) own.set(member, this.#pack(leaves))
    }
  }

  /** What came of one member so far, unpacked and taken out, so that another report of it can be added. */
  takeMember(member: string): Unpacked {
    const came: Unpacked = new Map()
    for (const [provider, members] of this.#providers) {
      const packed = members.get(member)
      if (!packed) continue
      members.delete(member)
      came.set(provider, new Map([[member, this.#unpack(packed)]]))
    }
    return came
  }

  /** What came of a provider, taken out; each member's is unpacked when its turn comes. */
  takeProvider(provider: string): ProviderIntake {
    const members = this.#providers.get(provider) ?? new Map<string, Float32Array>()
    this.#providers.delete(provider)
    return {
      members: [...members.keys()],
      take: (member) => {
        const packed = members.get(member)
        members.delete(member)
        return packed && this.#unpack(packed)
      },
    }
  }

  #pack(leaves: Leaves): Float32Array {
    const numbers: number[] = []
    for (const [key, { leaf, last, pending }] of leaves) {
      let facets = 0
      for (const [facet, sums] of pending.entries()) if (sums) facets += 4 ** facet * (sums.grid ? 3 : 1)
      numbers.push(this.#numberOf(key, leaf), last, facets)
      for (const sums of pending) if (sums) numbers.push(sums.n, sums.a, sums.b, ...(sums.grid ?? []))
    }
    return Float32Array.from(numbers)
  }

  #unpack(packed: Float32Array): Leaves {
    const leaves: Leaves = new Map()
    let at = 0
    while (at < packed.length) {
      const number = packed[at++]!
      const contribution = emptyContribution(this.#leaves[number]!)
      contribution.last = packed[at++]!
      let facets = packed[at++]!
      for (let facet = 0; facet < FACET_COUNT; facet++) {
        const bits = facets % 4
        facets = (facets - bits) / 4
        if (bits === 0) continue
        const sums: Sums = { n: packed[at++]!, a: packed[at++]!, b: packed[at++]!, grid: undefined }
        if (bits === 3) {
          sums.grid = Float64Array.from(packed.subarray(at, at + BUCKETS))
          at += BUCKETS
        }
        contribution.pending[facet] = sums
      }
      leaves.set(this.#keys[number]!, contribution)
    }
    return leaves
  }

  /** The same leaf is one object, whoever reports it. */
  #numberOf(key: string, leaf: Leaf): number {
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#leaves.length
    this.#leaves.push(leaf)
    this.#keys.push(key)
    this.#numbers.set(key, number)
    return number
  }
}
