import type { Kysely } from 'kysely'
import type { PublicEndpoint } from '../../federation/protocol/types.ts'
import type { HubDatabase } from '../database/schema.ts'
import { silencedProbers } from './read-probes.ts'

/** So many requests in a row have to fail. */
const FAILURES = 2
/** A failing endpoint is asked again within two minutes; what is older than this says nothing of now. */
const FRESH_S = 300

/** What the hub's own requests say of an endpoint. */
export interface ProbeEvidence {
  readonly state: 'failing' | 'back'
  /** Unix seconds of the newest request. */
  readonly at: number
}

/**
 * What probes say of an endpoint, all of them together one party: `failing` when it failed twice in a row for most of
 * the probers that asked it just now, `back` when it answered most of them. Undefined when none asked it of late, after
 * a single failure, and where probers contradict each other.
 */
export async function probeEvidence(
  db: Kysely<HubDatabase>,
  { provider, model, region }: PublicEndpoint,
  now: number,
): Promise<ProbeEvidence | undefined> {
  const rows = await db
    .selectFrom('probe_states')
    .select(['failures', 'time'])
    .where('provider', '=', provider)
    .where('model', '=', model)
    .where('region', '=', region)
    .where('time', '>', now - FRESH_S)
    .where('prober', 'not in', silencedProbers(db))
    .execute()
  return evidenceOf(rows)
}

/** The same of what each prober knows. */
export function evidenceOf(
  states: readonly { readonly failures: number; readonly time: number }[],
): ProbeEvidence | undefined {
  if (states.length === 0) return undefined
  const at = Math.max(...states.map(({ time }) => time))
  const failing = states.filter(({ failures }) => failures >= FAILURES).length
  if (2 * failing > states.length) return { state: 'failing', at }
  const answered = states.filter(({ failures }) => failures === 0).length
  return 2 * answered > states.length ? { state: 'back', at } : undefined
}
