import type { MembersTable } from './database/schema.ts'

/** Trust from age on the first day, and the days after which age is no objection. */
const FIRST_DAY = 0.1
const GROWN_DAYS = 30
const DAY_S = 86_400
/** A mean deviation of this many robust standard deviations lets trust fall to 1/e. */
export const DEVIATION_SCALE = 3

/** A member, with whether its invite vouches for those who join with it. */
export interface TrustBasis extends Pick<MembersTable, 'trust' | 'joined_at' | 'deviation'> {
  readonly vouched: boolean
}

/**
 * How much a member's word counts, 0 to 1: what the operator set, else age x agreement. Age grows evenly from 0.1 on
 * the first day to 1 after 30 days, and is 1 from the start for members of a vouched invite.
 * @param now Unix seconds
 */
export function trustOf({ trust, joined_at, deviation, vouched }: TrustBasis, now: number): number {
  if (trust !== null) return trust
  const days = Math.max(0, now - joined_at) / DAY_S
  const age = vouched ? 1 : Math.min(1, FIRST_DAY + (1 - FIRST_DAY) * (days / GROWN_DAYS))
  return age * Math.exp(-deviation / DEVIATION_SCALE)
}
