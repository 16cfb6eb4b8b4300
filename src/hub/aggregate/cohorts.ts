import { MAX_REQUESTS } from '../../federation/protocol/limits.ts'
import { MIN_TRUST } from '../incidents/agreement.ts'
import type { LeafTable } from './leaf-table.ts'
import type { MemberTable } from './member-table.ts'
import { addSums, emptySums } from './sums.ts'
import { SumsColumn } from './sums-column.ts'

/** Requests from which on a member's own peculiarity outweighs the chance in its sample. */
const KAPPA = 8
/** Of all cohorts a share from which on looking at each is faster than sorting. */
const DENSE = 1 / 16

/**
 * Whether it counts towards k. Keys that anybody can have made today are no company to hide in: with k - 1 of them a
 * figure would be that of the last member.
 */
export const isTrusted = (trust: number): boolean => trust >= MIN_TRUST

/**
 * What cohorts contributed to one facet of a node, as columns, in the order of the cohorts' numbers: that of the
 * reports must not matter to sums of floating point.
 */
export interface Cohorts {
  readonly ids: Int32Array
  /** Their members' observations, each counting as its member's trust. */
  readonly sums: SumsColumn
  /** Observations, whoever they are from: how exact the above is. */
  readonly observations: Float64Array
  /** Of its most trusted member. */
  readonly trust: Float64Array
}

/** Adds contributions up by cohort, one node after the other: it is as large as a hub has cohorts. */
export class CohortSums {
  readonly #members: MemberTable
  readonly #trust: Float64Array
  readonly #sums: SumsColumn
  readonly #observations: Float64Array
  /** 0 where a cohort contributed nothing yet. */
  readonly #mostTrust: Float64Array
  readonly #ids: Int32Array
  #count = 0

  /** @param trust by member, where it is another than that of the table */
  constructor(members: MemberTable, trust: Float64Array = members.trust) {
    this.#members = members
    this.#trust = trust
    this.#sums = new SumsColumn(members.cohorts)
    this.#observations = new Float64Array(members.cohorts)
    this.#mostTrust = new Float64Array(members.cohorts)
    this.#ids = new Int32Array(members.cohorts)
  }

  /**
   * Adds what figures of a leaf's facet are made of. No member counts as more than 200 requests of a leaf.
   * @param only whose contributions count, by number. Default: everybody's
   */
  add(facet: number, { size, members, base }: LeafTable, only?: (member: number) => boolean): void {
    const column = base[facet]
    if (!column) return
    const [to, from] = [emptySums(), emptySums()]
    for (let at = 0; at < size; at++) {
      if (!column.has(at)) continue
      const member = members[at]!
      if (only && !only(member)) continue
      column.read(at, from)
      const trust = this.#trust[member]!
      const cohort = this.#members.cohort[member]!
      this.#observations[cohort] = this.#observations[cohort]! + from.n
      if (this.#mostTrust[cohort] === 0) this.#ids[this.#count++] = cohort
      this.#mostTrust[cohort] = Math.max(this.#mostTrust[cohort]!, trust)
      this.#sums.read(cohort, to)
      addSums(facet, to, from, Math.min(1, MAX_REQUESTS / from.n) * trust)
      this.#sums.put(cohort, to)
    }
  }

  /** What was added; what is added then is another node's. */
  take(): Cohorts {
    const ids = this.#inOrder()
    const sums = new SumsColumn(ids.length)
    const observations = new Float64Array(ids.length)
    const trust = new Float64Array(ids.length)
    const own = emptySums()
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at]!
      this.#sums.read(id, own)
      sums.put(at, own)
      observations[at] = this.#observations[id]!
      trust[at] = this.#mostTrust[id]!
      this.#sums.put(id, NOTHING)
      this.#observations[id] = 0
      this.#mostTrust[id] = 0
    }
    this.#count = 0
    return { ids, sums, observations, trust }
  }

  #inOrder(): Int32Array {
    const ids = this.#ids.slice(0, this.#count)
    if (this.#count < DENSE * this.#ids.length) return ids.sort()
    let at = 0
    for (let cohort = 0; at < ids.length; cohort++) if (this.#mostTrust[cohort]! > 0) ids[at++] = cohort
    return ids
  }
}

const NOTHING = emptySums()

/**
 * trust x n / (n + 8), n at most 200: however many members a cohort has, it counts as much as its most trusted one
 * could alone. Members differ more than their samples do, so that the 9th request is worth half of the first and the
 * 200th next to nothing (precision weights with sigma^2 = 8 tau^2). Weights that grow with n to the end would give
 * liars who claim 200 a second vote.
 */
export function weightOf(trusted: number, trust: number): number {
  const n = Math.min(MAX_REQUESTS, trusted / trust)
  return (trust * n) / (n + KAPPA)
}
