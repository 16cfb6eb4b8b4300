/** Alarms count from this trust on. */
export const MIN_TRUST = 0.3
/** Parties that agree within this time open an incident. */
const AGREEMENT_S = 180
/** Without a repetition for this long an alarm says nothing any more. */
export const SILENCE_S = 600
/** An incident for which nothing new speaks is closed after this time. */
const MAX_AGE_S = 6 * 3_600
/** Parties that are enough when the hub's own requests fail too: these, and a member that uses the endpoint. */
export const WITH_PROBES = 2
/** Parties that would have noticed and say nothing count half of what they would if they said so. */
const SILENT_SHARE = 0.5

/** A member's latest alarm on one endpoint. */
export interface MemberAlarm {
  readonly cohort: string
  readonly state: 'failing' | 'back'
  /** Unix seconds, by the hub's clock. */
  readonly receivedAt: number
  /** Since when it says so without a break. Default: since it was received. */
  readonly since?: number
  readonly trust: number
  /** Whether its recent reports include the endpoint. Default true. */
  readonly uses?: boolean
}

/** What else speaks for an incident, or against it. */
export interface Evidence {
  /** Parties with much traffic to the endpoint of late. */
  readonly busy?: number
  /** What the hub's own requests say, Unix seconds of the newest. All of them are one party. */
  readonly probes?: { readonly state: 'failing' | 'back'; readonly at: number } | undefined
  /** When the last incident of the endpoint was closed. */
  readonly lastClosedAt?: number | undefined
  /** When something new last spoke for the incident that is open. */
  readonly evidenceAt?: number | undefined
}

/** `members`: parties that say that it fails. */
export interface Agreement {
  readonly open: boolean
  readonly members: number
}

/**
 * Whether an endpoint has an incident. It opens when `quorum` parties that use it report failing within three minutes,
 * or one of them does and the hub's own probes fail, and more than say otherwise; it stays while more say so than
 * otherwise and something new spoke for it within six hours. A party counts once however many members it has: it is
 * failing while one of them is. Otherwise say: parties that use it and report that it works; before it opens half of
 * those who are so busy with it that they would have noticed; and the hub's probes, which weigh as much as a quorum, for
 * the endpoint may fail in some places only. What was said before the last incident was closed opens no other.
 * @param openedAt when the incident that is open was opened, Unix seconds
 */
export function agreementOf(
  alarms: readonly MemberAlarm[],
  openedAt: number | undefined,
  quorum: number,
  now: number,
  { busy = 0, probes, lastClosedAt = 0, evidenceAt = openedAt }: Evidence = {},
): Agreement {
  const counted = alarms.filter(
    // What a clock that was ahead has dated must not keep an incident open until then.
    ({ trust, receivedAt, uses = true }) => trust >= MIN_TRUST && uses && receivedAt <= now + AGREEMENT_S,
  )
  const spoken = cohortsOf(counted.filter(({ receivedAt }) => receivedAt >= now - SILENCE_S))
  const failing = cohortsOf(
    counted.filter(
      ({ state, receivedAt, since = receivedAt }) =>
        state === 'failing' &&
        receivedAt >= now - (openedAt === undefined ? AGREEMENT_S : SILENCE_S) &&
        (openedAt !== undefined || since >= lastClosedAt),
    ),
  )
  const otherwise = openedAt === undefined ? now - SILENCE_S : openedAt - AGREEMENT_S
  const back = cohortsOf(counted.filter(({ state, receivedAt }) => state === 'back' && receivedAt >= otherwise))
  const members = failing.size + (probes?.state === 'failing' ? 1 : 0)
  const against = [...back].filter((cohort) => !failing.has(cohort)).length + (probes?.state === 'back' ? quorum : 0)
  if (openedAt === undefined) {
    const silent = Math.floor(SILENT_SHARE * Math.max(0, busy - spoken.size))
    const needed = probes?.state === 'failing' ? Math.min(quorum, WITH_PROBES) : quorum
    return { open: members >= needed && members > against + silent, members }
  }
  return { open: members > against && now - (evidenceAt ?? openedAt) <= MAX_AGE_S, members }
}

const cohortsOf = (alarms: readonly MemberAlarm[]): ReadonlySet<string> => new Set(alarms.map(({ cohort }) => cohort))
