import type { Logger } from 'pino'
import type { SigningKey } from '../../federation/protocol/keys.ts'
import type { HubAbout } from '../about.ts'
import type { HubStore } from '../database/open.ts'
import type { HubFacts } from '../facts/facts.ts'
import type { HubMetrics } from '../metrics.ts'
import type { HubPage } from '../page/create-page.ts'
import type { Limits } from './limits.ts'

export interface HubServerOptions {
  readonly store: HubStore
  /** Signs incidents; named in `GET /v1/hub`. */
  readonly key: SigningKey
  /** How the key came after others. Default: it is the first. */
  readonly succession?: readonly string[]
  readonly name: string
  /** Where members reach it, for the page. Default: what the reader's browser was pointed at. */
  readonly url?: string | undefined
  /** Who runs it, and on what terms. Default: nothing is said. */
  readonly about?: HubAbout
  readonly epochSeconds: number
  /** Enrolments that must agree. */
  readonly k: number
  /** Only members and who has the read key may read. Default false. */
  readonly private?: boolean
  /** Of a private hub, as of the start; what the database says later counts. */
  readonly readKey?: string | undefined
  /** Takes members without an invite, by work of `workBits`. Default false. */
  readonly openEnrolment?: boolean
  /** Default 20: about a second. */
  readonly workBits?: number
  /** No address is ever written to it. */
  readonly log: Logger
  readonly page: HubPage
  /** What is published of models and providers. Default: nothing. */
  readonly facts?: HubFacts
  /** Shared with the aggregation. Default: its own. */
  readonly metrics?: HubMetrics
  /** Unix milliseconds. Default: the system's clock. */
  readonly now?: () => number
  /**
   * Behind a proxy everybody has its address: take the one that it tells (`X-Forwarded-For`). Fastify's `trustProxy`;
   * default false.
   */
  readonly trustProxy?: boolean | string | string[]
  /** Whoever sends `authorization: Bearer <this>` may read `/metrics` from anywhere; without it, loopback only. */
  readonly metricsKey?: string
  readonly limits?: Partial<Limits>
  /** Milliseconds between looks at the database for what other processes did. Default 1,000. */
  readonly pollMs?: number
}
