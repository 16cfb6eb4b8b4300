import { span } from '../../base/format/numbers.ts'
import type { HubPlace } from '../../hub/operator/connect.ts'
import type { HubSettings } from '../../hub/settings.ts'
import type { Screen } from '../colour.ts'

interface Start {
  readonly url: string
  readonly place: HubPlace
  readonly settings: HubSettings
  /** Reachable from elsewhere. */
  readonly isPublic: boolean
  /** It measures endpoints itself. */
  readonly isProbing: boolean
}

/** What `router hub serve` prints when it is ready. */
export function hubBanner({ url, place, settings, isPublic, isProbing }: Start, { palette }: Screen): string {
  const { name, epochSeconds, k } = settings
  const line = (label: string, text: string) => `  ${palette.dim(label.padEnd(10))} ${text}`
  return [
    `${palette.bold(name)} listens on ${palette.cyan(url)}`,
    line('database', place.database === undefined ? `embedded, in ${place.directory}` : databaseName(place.database)),
    line('epoch', `${span(epochSeconds * 1000)}: members report once in each`),
    line(
      'k',
      `${k}: ${k === 1 ? 'a figure is published as soon as one member reports it' : 'enrolments that a published figure needs'}`,
    ),
    ...(settings.private
      ? [line('private', 'members may read it, and who has the read key: router hub read-key')]
      : []),
    ...(settings.openEnrolment ? [line('enrolment', 'open: routers may join without an invite, by some work')] : []),
    ...(settings.url !== undefined && settings.url !== url ? [line('public', settings.url)] : []),
    ...(isPublic
      ? [line('exposed', palette.yellow('it can be reached from outside; put a proxy with TLS in front of it'))]
      : []),
    ...(settings.private || isProbing
      ? []
      : [
          line(
            'trust',
            'members that nobody vouches for count from about their seventh day: invite those you know with --vouched, or measure with --probes',
          ),
        ]),
    '',
    `Invite members:  router hub invite --count 3${settings.private || isProbing ? '' : ' --vouched'}`,
    `See the page:    ${url}`,
  ].join('\n')
}

/** Host and database, without user and password. */
function databaseName(url: string): string {
  const parsed = URL.parse(url)
  return parsed ? `PostgreSQL ${parsed.searchParams.get('host') ?? parsed.host}${parsed.pathname}` : 'PostgreSQL'
}
