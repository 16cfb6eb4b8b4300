import { percent, span, time } from '../../base/format/numbers.ts'
import { plural } from '../../base/format/text.ts'
import type { Incident } from '../../federation/protocol/types.ts'
import type { Screen } from '../colour.ts'

/** What `router federation status --json` prints of a map that is used without a membership. */
export interface OpenMapReport {
  /** URL or path. */
  readonly from: string
  /** The pinned key, or its fingerprint. */
  readonly key: string
  /** A running router uses it. */
  readonly at_work: boolean
  /** Why it is not used. */
  readonly off?: string
  readonly map?: {
    readonly epoch: number
    readonly age_s: number
    /** Share of what it was worth when it was new, 0 to 1. */
    readonly worth: number
    readonly cells: number
    readonly probes: number
    readonly members: number
  }
  readonly map_problem?: string
  readonly endpoints?: { readonly configured: number; readonly public: number; readonly with_prior: number }
  readonly incidents: readonly Incident[]
  readonly problems: readonly { readonly duty: string; readonly at: string; readonly reason: string }[]
}

/** How it does, a line for each thing. */
export function openMapStatusView(report: OpenMapReport, { palette }: Screen, now: number): string {
  const { bold, dim, green, red, yellow } = palette
  const line = (title: string, text: string) => `  ${dim(title.padEnd(11))}${text}`
  const { map, endpoints } = report
  const work = report.off
    ? red(`not used: ${report.off}`)
    : report.at_work
      ? green('in use')
      : yellow('no running router uses it')
  const ago = (at: string) => `${time(Math.max(0, now - Date.parse(at)))} ago`
  return [
    `${bold('A map without a membership')}, from ${report.from}, ${work}`,
    line('key', report.key),
    line('reports', 'none: nothing is sent'),
    line(
      'map',
      map
        ? `of epoch ${map.epoch}, ${plural(map.cells, 'cell')}, ${map.probes} probed, ${span(Math.max(0, map.age_s) * 1000)} old, worth ${percent(map.worth)}`
        : (report.map_problem ?? 'none yet'),
    ),
    ...(endpoints
      ? [
          line(
            'endpoints',
            `${endpoints.with_prior} of ${endpoints.configured} have a prior, ${endpoints.public} are public`,
          ),
        ]
      : []),
    ...report.incidents.map(({ provider, model, region, members }) =>
      line(
        'incident',
        red(`${provider}/${model}${region === '-' ? '' : `@${region}`} fails for at least ${members} enrolments`),
      ),
    ),
    ...report.problems.map(({ duty, at, reason }) => line(duty, `${red(reason)} ${dim(ago(at))}`)),
  ].join('\n')
}
