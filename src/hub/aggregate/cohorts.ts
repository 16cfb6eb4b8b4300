import { MAX_REQUESTS } from '../../federation/protocol/limits.ts'
import { MIN_TRUST } from '../incidents/agreement.ts'
import type { Contribution } from './contribution.ts'
import { addSums, emptySums, FACET_COUNT, type Sums } from './sums.ts'

/** Requests from which on a member's own peculiarity outweighs the chance in its sample. */
const KAPPA = 8

/**
 * A member, as far as its weight goes. Members of one enrolment are one cohort, which counts once; `cohort` is its
 * number.
 */
export interface Member {
  readonly id: string
  readonly cohort: number
  /** 0 to 1, above 0. */
  readonly trust: number
  /**
   * How far it was from the others of late, which its trust allows for; infinite when the operator decided on its
   * trust.
   */
  readonly deviation: number
}

/**
 * Whether it counts towards k. Keys that anybody can have made today are no company to hide in: with k - 1 of them a
 * figure would be that of the last member.
 */
export const isTrusted = ({ trust }: { readonly trust: number }): boolean => trust >= MIN_TRUST

/** What one member contributed to one leaf. */
export interface Entry {
  readonly member: Member
  readonly contribution: Contribution
}

/** What one cohort contributed: its members' observations, each counting as its member's trust. */
export interface Cohort {
  readonly id: number
  /** `n` in trusted observations. */
  readonly sums: Sums
  /** Observations, whoever they are from: how exact the above is. */
  observations: number
  /** Of its most trusted member. */
  trust: number
}

/** Adds each member's contribution to its cohort, by facet. No member counts as more than 200 requests of a leaf. */
export function addEntries(cohorts: readonly Map<number, Cohort>[], entries: readonly Entry[]): void {
  for (const { member, contribution } of entries) {
    for (let facet = 0; facet < FACET_COUNT; facet++) {
      const sums = contribution.base[facet]
      if (!sums) continue
      const scale = Math.min(1, MAX_REQUESTS / sums.n)
      const cohort = cohortOf(cohorts[facet]!, member.cohort)
      addSums(facet, cohort.sums, sums, scale * member.trust)
      cohort.observations += sums.n
      cohort.trust = Math.max(cohort.trust, member.trust)
    }
  }
}

/** The same from cohorts of a part: parents are made of their leaves' cohorts. */
export function addCohorts(to: Map<number, Cohort>, facet: number, from: Iterable<Cohort>): void {
  for (const part of from) {
    const cohort = cohortOf(to, part.id)
    addSums(facet, cohort.sums, part.sums)
    cohort.observations += part.observations
    cohort.trust = Math.max(cohort.trust, part.trust)
  }
}

/**
 * trust x n / (n + 8), n at most 200: however many members a cohort has, it counts as much as its most trusted one
 * could alone. Members differ more than their samples do, so that the 9th request is worth half of the first and the
 * 200th next to nothing (precision weights with sigma^2 = 8 tau^2). Weights that grow with n to the end would give
 * liars who claim 200 a second vote.
 */
export function weightOf({ sums, trust }: Cohort): number {
  const n = Math.min(MAX_REQUESTS, sums.n / trust)
  return (trust * n) / (n + KAPPA)
}

function cohortOf(cohorts: Map<number, Cohort>, id: number): Cohort {
  let own = cohorts.get(id)
  if (!own) {
    own = { id, sums: emptySums(), observations: 0, trust: 0 }
    cohorts.set(id, own)
  }
  return own
}
