import { type Kysely, sql } from 'kysely'
import type { HubDatabase, MembersTable } from '../database/schema.ts'
import { retried } from './retried.ts'

export interface NewReport {
  readonly member: string
  readonly epoch: number
  /** SHA-256 of the payload, hex. */
  readonly hash: string
  readonly body: Buffer
}

/** What became of a report. `vanished`: it was there, and somebody deleted it meanwhile. */
export type Written = 'accepted' | 'already' | 'conflict' | 'vanished' | 'suspended' | 'unknown_member'

type Row = Pick<NewReport, 'member' | 'epoch' | 'hash'>

/**
 * Stores reports of active members, each (member, epoch) once, in one statement that commits on its own. Whether a
 * member is active is read, and its row held (`for key share`: against deleting it and `for update`, not against the
 * aggregation), in that same statement, so that nobody who leaves or is suspended is stored by a process that did not
 * know of it yet.
 */
export async function writeReports(
  db: Kysely<HubDatabase>,
  reports: readonly NewReport[],
): Promise<readonly Written[]> {
  const values = sql.join(
    reports.map((own) => sql`(${own.member}::text, ${own.epoch}::integer, ${own.hash}::text, ${own.body}::bytea)`),
  )
  const { rows } = await retried(() =>
    sql<Row>`
      with incoming (member, epoch, hash, body) as (values ${values}),
      active as (select incoming.* from incoming join members on members.id = incoming.member and members.status = 'active' for key share of members)
      insert into reports (member, epoch, hash, body) select member, epoch, hash, body from active
      on conflict (member, epoch) do nothing
      returning member, epoch, hash`.execute(db),
  )
  const inserted = new Set(rows.map(keyOf))
  // The first of equals in a batch is the one that was stored.
  const isNew = reports.map((report) => inserted.delete(keyOf(report)))
  if (!isNew.includes(false)) return reports.map(() => 'accepted')
  const verdicts = await explain(
    db,
    reports.filter((_, index) => !isNew[index]),
  )
  return reports.map((report, index) => (isNew[index] ? 'accepted' : verdicts(report)))
}

const keyOf = ({ member, epoch, hash }: Row): string => `${member} ${epoch} ${hash}`

/** Why reports were not stored: a statement of its own, which sees what others have committed by now. */
async function explain(
  db: Kysely<HubDatabase>,
  reports: readonly NewReport[],
): Promise<(report: NewReport) => Written> {
  const values = sql.join(reports.map(({ member, epoch }) => sql`(${member}::text, ${epoch}::integer)`))
  const { rows } = await sql<{ member: string; epoch: number; status: MembersTable['status']; hash: string | null }>`
    with refused (member, epoch) as (values ${values})
    select refused.member, refused.epoch, members.status, reports.hash
    from refused join members on members.id = refused.member
    left join reports on reports.member = refused.member and reports.epoch = refused.epoch`.execute(db)
  const found = new Map(rows.map((row) => [`${row.member} ${row.epoch}`, row]))
  return ({ member, epoch, hash }) => {
    const row = found.get(`${member} ${epoch}`)
    if (!row || row.status === 'left') return 'unknown_member'
    if (row.status === 'suspended') return 'suspended'
    if (row.hash === null) return 'vanished'
    return row.hash === hash ? 'already' : 'conflict'
  }
}
