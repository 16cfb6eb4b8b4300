import type { FederationConfig } from '../../config/types.ts'
import type { PriorSource } from '../../outcomes/beliefs/prior.ts'
import type { Opinion } from '../../outcomes/quality/opinion.ts'
import type { Outcome } from '../../outcomes/types.ts'
import type { PublicEndpoint } from '../protocol/types.ts'
import type { EndpointChange } from './incidents/alarms.ts'
import type { MapPrior } from './map/map-prior.ts'
import type { MemberStatus } from './membership/member-status.ts'
import type { PublicNames } from './report/public-name.ts'

export interface SessionLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** The router, as far as its membership needs to know it. */
export interface SessionHost {
  readonly log: SessionLog
  readonly names: PublicNames
  /** What a public model is called over all providers. */
  readonly canonicalOf: (endpoint: PublicEndpoint) => string
  readonly settings: FederationConfig
  /** Ids of the endpoints of each model that clients are offered, those of the configuration first. */
  readonly models: () => Iterable<readonly string[]>
  readonly isEjected: (endpoint: string) => boolean
  /** What `stats.prior` says. */
  readonly filePrior: PriorSource | undefined
  readonly now: () => number
  readonly random: () => number
}

/** Endpoints that clients are offered, those with a public name, and those that the map says something of. */
export interface EndpointCounts {
  readonly configured: number
  readonly public: number
  readonly with_prior: number
}

/** Class by which those are counted: the commonest, and every coarser cell of the map covers it too. */
const COUNTED_CLASS = 'chat.lt1k.plain'

export const endpointsOf = ({ models }: SessionHost): Set<string> => new Set([...models()].flat())

export function countEndpoints(host: SessionHost, prior: MapPrior): EndpointCounts {
  const { names } = host
  const ids = endpointsOf(host)
  const named = [...ids].filter((id) => names.find(id) !== undefined)
  const known = named.filter((id) => prior.knows(id, COUNTED_CLASS))
  return { configured: ids.size, public: named.length, with_prior: known.length }
}

/** What runs for a hub inside of a router: a membership, or a map that is used without one. */
export interface HubSession {
  /** False: a map is used, and nothing sent. */
  readonly isMember: boolean
  /** Its address, or where the map comes from. */
  readonly hub: string
  readonly prior: PriorSource
  readonly status: MemberStatus
  /** Reports that wait to be sent. */
  readonly waiting: number
  readonly endpoints: EndpointCounts
  /** Unix milliseconds of the end of the last epoch in the map; undefined without one. */
  readonly mapUntil: number | undefined
  learn(outcome: Outcome): void
  learnQuality(opinion: Opinion, before: Opinion | undefined): void
  healthChanged(change: EndpointChange): void
  /** Does what is due, and never waits. */
  tick(): void
  /** Breaks off what is under way, and saves if `keep`; waits for nothing of the hub. */
  close(keep: boolean): Promise<void>
}
