import { type Kysely, sql, type Transaction } from 'kysely'
import type { HubDatabase } from '../database/schema.ts'
import { OPEN_INVITE } from '../enrolment/invites.ts'
import { AGREED, TRUST_COLUMNS, trustOf } from '../trust.ts'
import { type Deviations, hasAgreed, updateDeviation } from './deviation.ts'
import { type MemberFacts, MemberTable } from './member-table.ts'
import type { Terms } from './memory.ts'

const BATCH = 1_000

interface MemberRow extends MemberFacts {
  /** How far it was from the others, and in how many cells, as stored. */
  readonly before: { readonly deviation: number; readonly cells: number }
}

export interface ActiveMembers {
  readonly table: MemberTable
  /** By number. */
  readonly before: readonly MemberRow['before'][]
}

/** Active members. */
export async function readMembers(db: Kysely<HubDatabase>, nowS: number): Promise<ActiveMembers> {
  const rows = await db
    .selectFrom('members')
    .leftJoin('invites', 'invites.id', 'members.invite')
    .select(['members.id', 'members.cohort', ...TRUST_COLUMNS])
    .where('members.status', '=', 'active')
    .where('members.role', '=', 'member')
    .execute()
  const members = new Map(
    rows.map((row): [string, MemberRow] => {
      const { id, cohort, deviation, deviation_cells: cells } = row
      const before = { deviation, cells }
      const allowed = row.trust === null ? deviation : Number.POSITIVE_INFINITY
      return [id, { id, cohort, trust: trustOf(row, nowS), deviation: allowed, before }]
    }),
  )
  const table = new MemberTable([...members.values()])
  return { table, before: table.ids.map((id) => members.get(id)!.before) }
}

/** Remembers how far members were from the others this time. */
export async function writeDeviations(
  trx: Transaction<HubDatabase>,
  { table, before }: ActiveMembers,
  deviations: Deviations,
  { epochSeconds }: Terms,
): Promise<void> {
  const values = table.ids.flatMap((id, number) => {
    const measured = deviations.of(number)
    if (!measured) return []
    const { deviation, cells } = before[number]!
    const next = updateDeviation(deviation, cells > 0, measured, epochSeconds)
    return [sql`(${id}::text, ${next}::float8, ${measured.cells}::float8, ${hasAgreed(measured) ? 1 : 0}::float8)`]
  })
  for (let at = 0; at < values.length; at += BATCH) {
    await sql`
      update members set deviation = measured.deviation, deviation_cells = members.deviation_cells + measured.cells,
        agreed = members.agreed + measured.agreed
      from (values ${sql.join(values.slice(at, at + BATCH))}) as measured (id, deviation, cells, agreed) where members.id = measured.id`.execute(
      trx,
    )
  }
  // Who came without an invite counts by itself once its reports have agreed often enough.
  await trx
    .updateTable('members')
    .set((e) => ({ cohort: e.ref('id') }))
    .where('cohort', '=', OPEN_INVITE)
    .where('agreed', '>=', AGREED)
    .execute()
}
