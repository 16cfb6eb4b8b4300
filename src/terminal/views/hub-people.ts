import { NONE, span } from '../../base/format/numbers.ts'
import { printable } from '../../base/format/text.ts'
import type { InviteSummary } from '../../hub/enrolment/invites.ts'
import type { MemberSummary } from '../../hub/enrolment/members.ts'
import type { Screen } from '../colour.ts'
import { table } from '../table.ts'

/** `router hub members list`. `nowS` in Unix seconds. */
export function membersTable(members: readonly MemberSummary[], nowS: number, screen: Screen): string {
  if (members.length === 0) return 'Nobody has joined yet. Invite members: router hub invite'
  const { palette } = screen
  const columns = [
    { title: 'member' },
    { title: 'status' },
    { title: 'trust', align: 'right' },
    { title: 'deviation', align: 'right' },
    { title: 'reports', align: 'right' },
    { title: 'last report', align: 'right' },
    { title: 'joined', align: 'right' },
    { title: 'cohort' },
    { title: 'from' },
    { title: 'note', shrink: true },
  ] as const
  const rows = members.map((member) => [
    member.id,
    member.status === 'active' ? (member.role === 'prober' ? 'prober' : 'active') : palette.yellow(member.status),
    `${member.trust.toFixed(2)}${member.trust_set === null ? '' : ' (set)'}`,
    member.deviation.toFixed(1),
    String(member.reports),
    member.last_report === null ? 'never' : ago(member.last_report, nowS),
    ago(member.joined_at, nowS),
    member.cohort,
    member.continent,
    printable(member.note) || NONE,
  ])
  const more = 'Reports are those of the last two days. Exact times, and what was said of each: --json'
  return `${table(columns, rows, screen)}\n\n${palette.dim(more)}`
}

/** `router hub invites`. `nowS` in Unix seconds. */
export function invitesTable(invites: readonly InviteSummary[], nowS: number, screen: Screen): string {
  if (invites.length === 0) return 'There are no invites. Make some: router hub invite'
  const columns = [
    { title: 'invite' },
    { title: 'state' },
    { title: 'uses left', align: 'right' },
    { title: 'members', align: 'right' },
    { title: 'vouched' },
    { title: 'made', align: 'right' },
    { title: 'note', shrink: true },
  ] as const
  const rows = invites.map((invite) => [
    invite.id,
    stateOf(invite, nowS),
    String(invite.uses_left),
    String(invite.members),
    invite.vouched ? 'yes' : 'no',
    ago(invite.created_at, nowS),
    printable(invite.note) || NONE,
  ])
  return table(columns, rows, screen)
}

/** `3 members, 12 reports, ...`: what a backup holds. */
export const rowCounts = (rows: Readonly<Record<string, number>>): string =>
  Object.entries(rows)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count.toLocaleString('en-US')} ${name}`)
    .join(', ') || 'nothing'

function stateOf({ uses_left, expires_at }: InviteSummary, nowS: number): string {
  if (uses_left === 0) return 'used up'
  return expires_at <= nowS ? 'expired' : `good for ${span((expires_at - nowS) * 1000)}`
}

const ago = (thenS: number, nowS: number): string => `${span(Math.max(0, nowS - thenS) * 1000)} ago`
