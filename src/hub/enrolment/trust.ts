/** A new member starts with this and has full trust of age after `GROWN_UP_S`. */
const NEWCOMER = 0.1
const GROWN_UP_S = 30 * 86_400
/** Mean distance from the members' median, in standard deviations, that takes trust down by a factor e. */
const DEVIATION_SCALE = 3

export interface TrustBasis {
  /** The operator's word, 0 to 1; null: none. */
  readonly trust: number | null
  /** Enrolled with an invite made by `--vouched`. */
  readonly vouched: boolean
  /** Unix seconds. */
  readonly joined_at: number
  /** Running mean of |z|. */
  readonly deviation: number
}

/** How much a member's word weighs, 0 to 1: what the operator said; else its age (0.1 on the first day, 1 after thirty) times its agreement with others. */
export function trustOf({ trust, vouched, joined_at, deviation }: TrustBasis, nowS: number): number {
  if (trust !== null) return trust
  const grown = Math.min(1, Math.max(0, (nowS - joined_at) / GROWN_UP_S))
  const age = vouched ? 1 : NEWCOMER + (1 - NEWCOMER) * grown
  return age * Math.exp(-deviation / DEVIATION_SCALE)
}
