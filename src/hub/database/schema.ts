import type { Generated } from 'kysely'

/**
 * The hub's tables as Kysely sees them; `migrations/` makes them. Times are Unix seconds (float8), bodies bytea (read
 * as Buffer); int8, such as a count, is read as number.
 */
export interface HubDatabase {
  settings: SettingsTable
  invites: InvitesTable
  members: MembersTable
  reports: ReportsTable
  contributions: ContributionsTable
  maps: MapsTable
  history: HistoryTable
  alarms: AlarmsTable
  incidents: IncidentsTable
  probers: ProbersTable
  probe_cells: ProbeCellsTable
  probe_states: ProbeStatesTable
  endpoint_users: EndpointUsersTable
}

/** The signing key, the epoch's length: what all processes of a hub must agree on. */
interface SettingsTable {
  name: string
  value: string
}

/**
 * Each invite is one enrolment: all members of one invite are one cohort, which counts once, for k and for weight,
 * until the operator vouches for a member.
 */
interface InvitesTable {
  /** SHA-256 of the secret, hex. The secret itself is never stored. */
  id: string
  note: string
  uses_left: number
  /** Members who join with it count as trusted from the first day. */
  vouched: boolean
  created_at: number
  expires_at: number
  /** Of those who join with it. */
  role: Generated<'member' | 'prober'>
}

export interface MembersTable {
  /** Fingerprint of the key. */
  id: string
  public_key: string
  invite: string
  /** Its cohort: the invite's id, or its own once the operator vouches for it. */
  cohort: string
  continent: string
  status: 'active' | 'suspended' | 'left'
  joined_at: number
  /** Set by the operator, 0 to 1; null: from age and agreement. */
  trust: number | null
  /** Running mean of |z| against the members' median, and the cells behind it. */
  deviation: number
  deviation_cells: number
  last_epoch: number | null
  /** A prober sends what it measures for the hub, and neither reports nor alarms. */
  role: Generated<'member' | 'prober'>
  /** Reports that agreed with probes or with others. */
  agreed: Generated<number>
  /** Alarms that were contradicted, decayed to `false_alarms_at`, Unix seconds. */
  false_alarms: Generated<number>
  false_alarms_at: Generated<number>
}

/** One row for each (member, epoch), kept for as long as that epoch could be sent again. */
interface ReportsTable {
  seq: Generated<number>
  member: string
  epoch: number
  /** SHA-256 of the payload, hex: the same report again is fine, another one is not. */
  hash: string
  /** The signed document as it came, gzip (`ingest/stored-report.ts` reads it); null once it is in `contributions`. */
  body: Buffer | null
}

/** What a member's reports add up to, decayed, by provider: the aggregation's working state. */
interface ContributionsTable {
  member: string
  provider: string
  epoch: number
  state: Buffer
}

/** Published maps; `state` is what the next aggregation needs to know of this one. */
interface MapsTable {
  epoch: number
  /** The signed document. */
  document: Buffer
  state: Buffer
  created_at: number
  /** Rises each time the document is written anew within its epoch, with newer probes. */
  revision: Generated<number>
}

/** A published figure over time, for the page's plots: one row for each model's endpoint and epoch. */
interface HistoryTable {
  epoch: number
  provider: string
  model: string
  /** JSON: {ttft_p50, ttft_p95, total_p50, speed, uptime, price, members}. */
  figures: string
}

/** The newest word of a member on an endpoint. */
interface AlarmsTable {
  member: string
  provider: string
  model: string
  region: string
  state: 'failing' | 'back'
  minute: number
  /** By the hub's clock. */
  received_at: number
  /** Since when it says so without a break, by the hub's clock. */
  since: Generated<number>
  /** Whether its reports of the last day include the endpoint. */
  uses: Generated<boolean>
  /** Probes contradicted it, and trust was lost by it. */
  contradicted: Generated<boolean>
}

export interface IncidentsTable {
  id: string
  provider: string
  model: string
  region: string
  opened_at: number
  closed_at: number | null
  members: number
  /** When something new last spoke for it. */
  evidence_at: Generated<number>
}

/** Made anew by each aggregation. */
interface EndpointUsersTable {
  provider: string
  model: string
  region: string
  /** Trusted parties with so much traffic that they would notice a failure within minutes. */
  busy: number
}

/** Who measures for the hub: the hub itself (`hub`), or a prober's key. */
interface ProbersTable {
  id: string
  continent: string
  place: string
  /** Of the newest document taken. */
  seq: number
  received_at: number
}

/** What a prober's requests to an endpoint in a class add up to, decayed to `time`. */
interface ProbeCellsTable {
  prober: string
  provider: string
  model: string
  region: string
  class: string
  /** JSON (`probes/probe-sums.ts`). */
  sums: string
  /** Unix seconds of the newest request. */
  time: number
}

/** How an endpoint last did for a prober: requests that failed in a row, by the provider's fault. */
interface ProbeStatesTable {
  prober: string
  provider: string
  model: string
  region: string
  failures: number
  /** Unix seconds of the newest request. */
  time: number
}
