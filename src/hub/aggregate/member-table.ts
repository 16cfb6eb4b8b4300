/** A member, as far as its weight goes. */
export interface MemberFacts {
  readonly id: string
  /** Members of one enrolment are one cohort, which counts once. */
  readonly cohort: string
  /** 0 to 1. */
  readonly trust: number
  /**
   * How far it was from the others of late, which its trust allows for; infinite when the operator decided on its
   * trust.
   */
  readonly deviation: number
}

/**
 * Members by number, in the order of their ids, as columns: of a large hub there are too many contributions for each to
 * name its member. Nothing depends on the order of `members`.
 */
export class MemberTable {
  readonly ids: readonly string[]
  /** Of each member, the number of its cohort. */
  readonly cohort: Int32Array
  readonly trust: Float64Array
  readonly deviation: Float64Array
  /** How many cohorts there are. */
  readonly cohorts: number
  readonly #numbers: ReadonlyMap<string, number>

  constructor(members: readonly MemberFacts[]) {
    const sorted = [...members].sort((a, b) => (a.id < b.id ? -1 : 1))
    const names = [...new Set(members.map(({ cohort }) => cohort))].sort()
    const cohorts = new Map(names.map((name, number) => [name, number]))
    this.ids = sorted.map(({ id }) => id)
    this.cohort = Int32Array.from(sorted, ({ cohort }) => cohorts.get(cohort)!)
    this.trust = Float64Array.from(sorted, ({ trust }) => trust)
    this.deviation = Float64Array.from(sorted, ({ deviation }) => deviation)
    this.cohorts = names.length
    this.#numbers = new Map(this.ids.map((id, number) => [id, number]))
  }

  numberOf(id: string): number | undefined {
    return this.#numbers.get(id)
  }
}
