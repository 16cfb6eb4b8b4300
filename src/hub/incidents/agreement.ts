/** Alarms count from this trust on. A member without a voucher reaches it after a week. */
export const MIN_TRUST = 0.3
/** Enrolments that agree within this time open an incident. */
const AGREEMENT_S = 180
/** Without a repetition for this long nobody is complaining any more. */
export const SILENCE_S = 600

/** A member's latest alarm on one endpoint. */
export interface MemberAlarm {
  readonly cohort: string
  readonly state: 'failing' | 'back'
  /** Unix seconds, by the hub's clock. */
  readonly receivedAt: number
  readonly trust: number
}

/** `members`: enrolments that agree, or agreed. */
export interface Agreement {
  readonly open: boolean
  readonly members: number
}

/**
 * Whether an endpoint has an incident. It opens when `k` enrolments report failing within three minutes; it closes when
 * half of those that agreed reported recovery, or when nobody repeated failing for ten minutes. An enrolment counts
 * once however many members it has: it is failing while one of them is.
 * @param openedAt when the incident that is open was opened, Unix seconds
 */
export function agreementOf(
  alarms: readonly MemberAlarm[],
  openedAt: number | undefined,
  k: number,
  now: number,
): Agreement {
  const since = (openedAt ?? now) - AGREEMENT_S
  // What a clock that was ahead has dated must not keep an incident open until then.
  const counted = alarms.filter(
    ({ trust, receivedAt }) => trust >= MIN_TRUST && receivedAt >= since && receivedAt <= now + AGREEMENT_S,
  )
  const failing = cohortsOf(counted.filter(({ state }) => state === 'failing'))
  if (openedAt === undefined) return { open: failing.size >= k, members: failing.size }
  const agreed = cohortsOf(counted)
  const back = agreed.size - failing.size
  const repeated = counted.some(({ state, receivedAt }) => state === 'failing' && receivedAt >= now - SILENCE_S)
  return { open: repeated && 2 * back < agreed.size, members: agreed.size }
}

const cohortsOf = (alarms: readonly MemberAlarm[]): ReadonlySet<string> => new Set(alarms.map(({ cohort }) => cohort))
