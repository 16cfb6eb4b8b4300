import { percent, span, time } from '../../base/format/numbers.ts'
import { plural, printable } from '../../base/format/text.ts'
import type { Incident } from '../../federation/protocol/types.ts'
import type { Screen } from '../colour.ts'

/** A configured endpoint: what it is called in public, or why it is not. */
export interface NamedEndpoint {
  readonly id: string
  readonly name?: string
  readonly why?: string
}

export interface Terms {
  readonly hub: string
  readonly info: {
    readonly name: string
    readonly k: number
    readonly epoch_seconds: number
    readonly private?: boolean
  }
  readonly settings: {
    readonly continent: string
    readonly noise: boolean
    readonly grids: boolean
    readonly prices?: boolean
    readonly quality?: boolean
  }
  readonly share: boolean
  readonly endpoints: readonly NamedEndpoint[]
}

/** What `router federation status --json` prints. */
export interface FederationReport {
  readonly hub: string
  readonly hub_name: string
  readonly member: string
  readonly joined_at: string
  readonly epoch_seconds: number
  readonly k: number
  readonly private: boolean
  readonly continent: string
  readonly noise: boolean
  readonly grids: boolean
  readonly share: boolean
  /** A running router takes part. */
  readonly at_work: boolean
  /** Why it cannot. */
  readonly off?: string
  readonly last_report?: { readonly epoch: number; readonly at: string; readonly cells: number }
  /** Epochs of reports that wait to be sent. */
  readonly waiting: readonly number[]
  readonly map?: {
    readonly epoch: number
    readonly age_s: number
    readonly cells: number
    /** Endpoints that the hub measured itself. */
    readonly probed?: number
    /** Since the newest of those measurements. */
    readonly probes_age_s?: number
    readonly members: number
  }
  readonly map_problem?: string
  readonly endpoints?: { readonly configured: number; readonly public: number; readonly with_prior: number }
  readonly incidents: readonly Incident[]
  /** The hub's clock less this machine's. */
  readonly clock_difference_s?: number
  readonly problems: readonly { readonly duty: string; readonly at: string; readonly reason: string }[]
  readonly at_hub?: {
    readonly status: string
    readonly trust: number
    readonly last_epoch?: number
    readonly reports?: number
  }
  readonly hub_problem?: string
}

/** A clock that differs by more makes the hub refuse requests. */
const CLOCK_WARNING_S = 60
const MAP_DAY_S = 86_400

/** What is agreed to by joining. */
export function termsView({ hub, info, settings, share, endpoints }: Terms, { palette }: Screen): string {
  const { bold, dim, yellow } = palette
  const shared = endpoints.filter(({ name }) => name !== undefined)
  const kept = endpoints.filter(({ why }) => why !== undefined)
  const every = time(info.epoch_seconds * 1000)
  const noise = settings.noise
    ? 'with noise added to every figure'
    : info.private
      ? 'exactly, without noise'
      : 'WITHOUT noise: figures are rounded, and true'
  return [
    `${bold(info.name)} at ${hub}`,
    '',
    ...(info.private
      ? [
          `${yellow('This hub is private: your reports are exact')}, and its other members may see what each router reports. They and who has the hub's read key may read it, nobody else.`,
        ]
      : []),
    share
      ? `Every ${every} this router sends it, per public endpoint and class of requests: how many requests there were (at most 200 are reported), how they turned out, time to first token, total time, speed, cache hits${settings.prices === false ? '' : ' and effective price'}; ${noise}.`
      : 'This router only reads the map: nothing is sent (federation.share: false).',
    ...(share
      ? [
          ...(settings.quality === false
            ? []
            : [
                `And, per public model and kind of work, how many answers were judged or checked, and how many were good (federation.quality: false keeps that at home).`,
              ]),
          'At once, when that changes, and every six hours it lists which of the public models below it offers, used or not.',
          `It says which continent it stands on: ${settings.continent === '-' ? 'no' : settings.continent}. It tells the hub, at most once a minute, that a public endpoint fails or is back.`,
        ]
      : []),
    'Never sent: prompts, answers, keys, users, addresses, private names, times finer than that. All of it: docs/privacy.md.',
    info.k === 1
      ? 'The hub publishes each figure as soon as one member reports it.'
      : `The hub publishes a figure only when at least ${plural(info.k, 'enrolment')} stand behind it.`,
    '',
    bold('Would be shared'),
    ...(shared.length > 0 ? shared.map(({ id, name }) => `  ${printable(id)} ${dim(`as ${name}`)}`) : ['  nothing']),
    bold('Would never be shared'),
    ...(kept.length > 0
      ? kept.map(({ id, why }) => `  ${printable(id)} ${dim(why!)}`)
      : ['  nothing: every configured endpoint is public']),
    '',
  ].join('\n')
}

/** Members' figures and the hub's own, each with its age. */
function mapLine({ epoch, cells, probed, probes_age_s, age_s }: NonNullable<FederationReport['map']>): string {
  const old = (seconds: number) => (seconds > 0 ? `${span(seconds * 1000)} old` : 'just made')
  const worth = percent(Math.min(1, Math.max(0, 1 - age_s / MAP_DAY_S)))
  const measured =
    probed && probes_age_s !== undefined
      ? `; ${plural(probed, 'endpoint')} by the hub's probes, ${old(probes_age_s)}`
      : ''
  return `of epoch ${epoch}, ${plural(cells, 'cell')} of members, ${old(age_s)}, worth ${worth}${measured}`
}

/** How the membership does, a line for each thing. */
export function federationStatusView(report: FederationReport, { palette }: Screen, now: number): string {
  const { bold, dim, green, red, yellow } = palette
  const line = (title: string, text: string) => `  ${dim(title.padEnd(11))}${text}`
  const { map, at_hub: standing, endpoints, last_report: last, clock_difference_s: clock } = report
  const work = report.off
    ? red(`stopped: ${report.off}`)
    : report.at_work
      ? green('at work')
      : yellow('no running router is at work for it')
  const ago = (at: string) => `${span(Math.max(0, now - Date.parse(at)))} ago`
  return [
    `${bold(report.hub_name)} at ${report.hub}, ${work}`,
    line('member', `${report.member}, since ${report.joined_at}`),
    line(
      'terms',
      `${report.private ? 'private, ' : ''}a report each ${time(report.epoch_seconds * 1000)}, k ${report.k}, noise ${report.noise ? 'on' : 'off'}${report.share ? '' : '; nothing is sent (federation.share: false)'}`,
    ),
    ...(standing ? [line('trust', `${percent(standing.trust)}, ${standing.status}`)] : []),
    line(
      'reports',
      `${last ? `last of epoch ${last.epoch}, ${plural(last.cells, 'cell')}, taken ${ago(last.at)}` : 'none taken yet'}${report.waiting.length > 0 ? `; ${plural(report.waiting.length, 'report')} waiting` : ''}`,
    ),
    line('map', map ? mapLine(map) : (report.map_problem ?? 'none yet')),
    ...(endpoints
      ? [
          line(
            'endpoints',
            `${endpoints.with_prior} of ${endpoints.configured} have a prior, ${endpoints.public} are public`,
          ),
        ]
      : []),
    ...(clock !== undefined && Math.abs(clock) > CLOCK_WARNING_S
      ? [line('clock', yellow(`the hub's is ${clock} s from this machine's: set this one right`))]
      : []),
    ...report.incidents.map(({ provider, model, region, members }) =>
      line(
        'incident',
        red(`${provider}/${model}${region === '-' ? '' : `@${region}`} fails for at least ${members} enrolments`),
      ),
    ),
    ...(report.hub_problem === undefined ? [] : [line('hub', red(report.hub_problem))]),
    ...report.problems.map(({ duty, at, reason }) => line(duty, `${red(reason)} ${dim(ago(at))}`)),
  ].join('\n')
}
