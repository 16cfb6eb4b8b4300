import { sql, type Transaction } from 'kysely'
import type { HubDatabase } from '../database/schema.ts'
import { OPEN_INVITE } from '../enrolment/invites.ts'
import { AGREED, TRUST_COLUMNS, trustOf } from '../trust.ts'
import type { Member } from './cohorts.ts'
import { type Deviation, hasAgreed, updateDeviation } from './deviation.ts'
import type { Terms } from './memory.ts'

const BATCH = 1_000

export interface MemberRow {
  readonly member: Member
  readonly deviation: number
  readonly deviationCells: number
}

/** Active members, by id. Cohorts are numbered by their names, so that nothing depends on the order of rows. */
export async function readMembers(trx: Transaction<HubDatabase>, nowS: number): Promise<Map<string, MemberRow>> {
  const rows = await trx
    .selectFrom('members')
    .leftJoin('invites', 'invites.id', 'members.invite')
    .select(['members.id', 'members.cohort', ...TRUST_COLUMNS])
    .where('members.status', '=', 'active')
    .where('members.role', '=', 'member')
    .execute()
  const cohorts = new Map([...new Set(rows.map(({ cohort }) => cohort))].sort().map((cohort, index) => [cohort, index]))
  return new Map(
    rows.map((row) => {
      const trust = trustOf(row, nowS)
      const deviation = row.trust === null ? row.deviation : Number.POSITIVE_INFINITY
      const member = { id: row.id, cohort: cohorts.get(row.cohort)!, trust, deviation }
      return [row.id, { member, deviation: row.deviation, deviationCells: row.deviation_cells }]
    }),
  )
}

/** Remembers how far members were from the others this time. */
export async function writeDeviations(
  trx: Transaction<HubDatabase>,
  members: ReadonlyMap<string, MemberRow>,
  deviations: ReadonlyMap<string, Deviation>,
  { epochSeconds }: Terms,
): Promise<void> {
  const values = [...deviations].map(([id, measured]) => {
    const { deviation, deviationCells } = members.get(id)!
    const next = updateDeviation(deviation, deviationCells > 0, measured, epochSeconds)
    return sql`(${id}::text, ${next}::float8, ${measured.cells}::float8, ${hasAgreed(measured) ? 1 : 0}::float8)`
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
