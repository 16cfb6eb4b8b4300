import { REQUEST_MAX_SKEW_S } from '../../federation/protocol/limits.ts'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'
import { IncidentBoard } from '../incidents/board.ts'
import { IncidentHistory } from '../incidents/incident-history.ts'
import type { AlarmContext } from '../incidents/record-alarm.ts'
import { AlarmWatch } from '../incidents/reported.ts'
import { Settling } from '../incidents/settling.ts'
import { EventStreams } from '../incidents/streams.ts'
import { clock } from '../ingest/epoch-rules.ts'
import { ReportWriter } from '../ingest/report-writer.ts'
import { Signers } from '../ingest/signers.ts'
import { writeReports } from '../ingest/write-reports.ts'
import { HubMetrics } from '../metrics.ts'
import { quorumOf } from '../settings.ts'
import { addressHasher } from './address-hash.ts'
import { Admission, LIMITS, type Limits } from './limits.ts'
import type { HubServerOptions } from './options.ts'
import { PublishedDocuments } from './published.ts'

/** What the routes share. */
export interface Services {
  readonly options: HubServerOptions
  readonly limits: Limits
  readonly now: () => number
  readonly hash: (address: string) => string
  readonly admission: Admission
  readonly metrics: HubMetrics
  readonly signers: Signers
  readonly writer: ReportWriter
  readonly board: IncidentBoard
  readonly watch: AlarmWatch
  readonly settling: Settling
  readonly history: IncidentHistory
  readonly streams: EventStreams
  readonly published: PublishedDocuments
  /** Undefined for a hub that anybody may read. The ticker keeps it up to date. */
  readonly readKey: { current: string | undefined }
}

export function createServices(options: HubServerOptions): Services {
  const { store, key, epochSeconds, now = Date.now } = options
  const limits = { ...LIMITS, ...options.limits }
  return {
    options,
    limits,
    now,
    hash: addressHasher(),
    admission: new Admission(limits, now),
    metrics: options.metrics ?? new HubMetrics(),
    signers: new Signers(store.db),
    writer: new ReportWriter((reports) => writeReports(store.db, reports)),
    board: new IncidentBoard({ store, key, k: quorumOf(options), now }),
    watch: new AlarmWatch(),
    settling: new Settling(),
    history: new IncidentHistory({ store, k: quorumOf(options), now }),
    streams: new EventStreams(limits.streams, limits.streamsPerAddress),
    published: new PublishedDocuments(store, epochSeconds),
    readKey: { current: options.readKey },
  }
}

/** What alarms, reports and probes are settled with at this moment. */
export const alarmContext = ({ options, now }: Pick<Services, 'options' | 'now'>): AlarmContext => ({
  store: options.store,
  epochSeconds: options.epochSeconds,
  quorum: quorumOf(options),
  now: now() / 1000,
})

/**
 * Refuses what was not signed within five minutes of the hub's clock. `lastsMs`: how exactly the time is given, rounded
 * down.
 * @throws ProtocolProblem clock_skew
 */
export function checkTime(signedAtMs: number, nowMs: number, lastsMs = 0): void {
  const skewMs = REQUEST_MAX_SKEW_S * 1000
  if (signedAtMs - nowMs <= skewMs && nowMs - signedAtMs < skewMs + lastsMs) return
  throw new ProtocolProblem(
    'clock_skew',
    `This is dated ${clock(signedAtMs)}, and this hub's clock says ${clock(nowMs)}: more than ${REQUEST_MAX_SKEW_S / 60} minutes apart.`,
  )
}
