import type { MembersTable } from './database/schema.ts'
import { OPEN_INVITE } from './enrolment/invites.ts'

/** Trust of who has shown nothing yet. */
const FIRST = 0.1
/** What agreement alone adds to it; the rest takes agreement and age. */
const BY_AGREEMENT = 0.3
/** Reports that agreed with probes or with others after which agreement is no objection. */
export const AGREED = 12
/** Days after which age is no objection. */
const GROWN_DAYS = 30
const DAY_S = 86_400
/** A mean deviation of this many robust standard deviations lets trust fall to 1/e. */
export const DEVIATION_SCALE = 3
/** A contradicted alarm halves trust, and this long after it counts half as much. */
const FALSE_ALARM_HALF_LIFE_S = 7 * DAY_S

/** What trust is made from, in the columns of `members` and `invites`. */
export const TRUST_COLUMNS = [
  'members.trust',
  'members.invite',
  'members.joined_at',
  'members.deviation',
  'members.deviation_cells',
  'members.agreed',
  'members.false_alarms',
  'members.false_alarms_at',
  'invites.vouched',
] as const

type Evidence = 'deviation_cells' | 'agreed' | 'false_alarms' | 'false_alarms_at'

/** A member, with whether its invite vouches for those who join with it. */
export interface TrustBasis
  extends Pick<MembersTable, 'trust' | 'joined_at' | 'deviation'>,
    Partial<Record<Evidence, number>> {
  readonly vouched: boolean | null
  /** That it joined with. */
  readonly invite?: string
}

/**
 * How much a member's word counts, 0 to 1: what the operator set, else standing x agreement x alarms that held. A
 * member of a vouched invite has full standing. Anybody else begins at 0.1 and gains by reports that agree with the
 * hub's probes or with others: 0.3 by twelve of them, all the rest as it gets older, up to 30 days. Age alone stands in
 * only where nothing of a member can be compared, and never for who came without an invite. A false alarm halves it,
 * and is half forgotten after a week.
 * @param now Unix seconds
 */
export function trustOf(basis: TrustBasis, now: number): number {
  const { trust, deviation, vouched } = basis
  if (trust !== null) return trust
  const standing = vouched ? 1 : standingOf(basis, now)
  return standing * Math.exp(-deviation / DEVIATION_SCALE) * 0.5 ** falseAlarms(basis, now)
}

function standingOf({ joined_at, deviation_cells = 0, agreed = 0, invite }: TrustBasis, now: number): number {
  const age = Math.min(1, Math.max(0, now - joined_at) / (GROWN_DAYS * DAY_S))
  if (deviation_cells === 0) return invite === OPEN_INVITE ? FIRST : FIRST + (1 - FIRST) * age
  const agreement = Math.min(1, agreed / AGREED)
  return FIRST + BY_AGREEMENT * agreement + (1 - FIRST - BY_AGREEMENT) * Math.min(agreement, age)
}

/** How many contradicted alarms a member has to its name, each less with time. */
export const falseAlarms = (
  { false_alarms = 0, false_alarms_at = 0 }: Pick<TrustBasis, 'false_alarms' | 'false_alarms_at'>,
  now: number,
): number => false_alarms * 0.5 ** (Math.max(0, now - false_alarms_at) / FALSE_ALARM_HALF_LIFE_S)
