import { K } from '../../src/federation/protocol/limits.ts'
import { agreementOf, type MemberAlarm } from '../../src/hub/incidents/agreement.ts'
import type { ProbeEvidence } from '../../src/hub/probes/evidence.ts'
import { trustOf } from '../../src/hub/trust.ts'

const NOW = 1_800_000_000
const DAY_S = 86_400
/** More keys than this are as good as any number. */
const MANY = 10_000

/** How the liars came to their keys. */
const LIARS: Readonly<Record<string, { readonly trust: number; readonly cohorts: number; readonly uses: boolean }>> = {
  'keys of one invite': { trust: 1, cohorts: 1, uses: true },
  'keys made today': {
    trust: trustOf({ trust: null, joined_at: NOW, deviation: 0, vouched: false }, NOW),
    cohorts: MANY,
    uses: true,
  },
  'trusted parties that report no use of it': { trust: 1, cohorts: MANY, uses: false },
  'trusted parties that use it': { trust: 1, cohorts: MANY, uses: true },
  'a week old, one false alarm each': {
    trust: trustOf(
      { trust: null, joined_at: NOW - 7 * DAY_S, deviation: 0, vouched: false, false_alarms: 1, false_alarms_at: NOW },
      NOW,
    ),
    cohorts: MANY,
    uses: true,
  },
}

/** Who knows better: honest parties that are busy with the endpoint, those of them that say so, and the hub's probes. */
const OTHERS = [
  { name: 'nobody', busy: 0, back: 0 },
  { name: 'the probes', busy: 0, back: 0, probes: { state: 'back', at: NOW } satisfies ProbeEvidence },
  { name: '20 users, silent', busy: 20, back: 0 },
  { name: '20 users, who say so', busy: 20, back: 20 },
  { name: '20 users, who say so, and the probes', busy: 20, back: 20, probes: { state: 'back', at: NOW } as const },
] as const

/** The least keys that open an incident of an endpoint that is well, with k 5, by who they are and who knows better. */
export function falseIncidents() {
  return Object.entries(LIARS).map(([liars, kind]) => ({
    liars,
    ...Object.fromEntries(OTHERS.map((others) => [others.name, leastKeys(kind, others) ?? 'never'])),
  }))
}

function leastKeys(
  { trust, cohorts, uses }: (typeof LIARS)[string],
  { busy, back, ...rest }: { readonly busy: number; readonly back: number; readonly probes?: ProbeEvidence },
): number | undefined {
  const opens = (keys: number) => {
    const said = (state: MemberAlarm['state'], cohort: string): MemberAlarm => ({
      cohort,
      state,
      receivedAt: NOW,
      trust: 1,
    })
    const alarms = [
      ...Array.from({ length: keys }, (_, at) => ({ ...said('failing', `liar ${at % cohorts}`), trust, uses })),
      ...Array.from({ length: back }, (_, at) => said('back', `user ${at}`)),
    ]
    return agreementOf(alarms, undefined, K, NOW, { busy, ...rest }).open
  }
  if (!opens(MANY)) return undefined
  let keys = 1
  while (!opens(keys)) keys += 1
  return keys
}
