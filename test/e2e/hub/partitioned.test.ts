/** The hub's tables as partitioned ones of PostgreSQL: it notices nothing, and two processes share them. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unseal, verifySealed } from '../../../src/federation/protocol/signed.ts'
import type { HubMap } from '../../../src/federation/protocol/types.ts'
import { aggregate } from '../../../src/hub/aggregate/run.ts'
import { type HubStore, openDatabase } from '../../../src/hub/database/open.ts'
import { hubSettings, insertMembers, insertReport, reportCell, reportOf } from '../../helpers/hub-reports.ts'
import { type PostgresServer, postgresBinaries, startPostgres } from '../../helpers/postgres.ts'

const EPOCH = 400_000
const MEMBERS = Array.from({ length: 8 }, (_, at) => `member-${at}`)
const PROVIDERS = ['acme', 'groq', 'openai', 'together']
const settings = hubSettings()

/** As docs/hub-scaling.md has it. */
const PARTITIONED = [
  'alter table contributions rename to contributions_whole',
  'create table contributions (like contributions_whole including all) partition by hash (provider)',
  ...[0, 1, 2, 3].map(
    (part) =>
      `create table contributions_${part} partition of contributions for values with (modulus 4, remainder ${part})`,
  ),
  'insert into contributions select * from contributions_whole',
  'drop table contributions_whole',
  'alter table history rename to history_whole',
  'create table history (like history_whole including all) partition by range (epoch)',
  'create table history_old partition of history for values from (minvalue) to (400001)',
  'create table history_new partition of history for values from (400001) to (maxvalue)',
  'insert into history select * from history_whole',
  'drop table history_whole',
]

describe.skipIf(postgresBinaries() === undefined)('partitioned tables', () => {
  let server: PostgresServer
  let stores: HubStore[]
  beforeAll(async () => {
    server = await startPostgres()
    const url = await server.createDatabase()
    stores = [await openDatabase({ kind: 'postgres', url }), await openDatabase({ kind: 'postgres', url })]
  })
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()))
    await server.remove()
  })

  /** Half of the reports through each process. */
  async function epoch(number: number): Promise<HubMap> {
    const cells = (at: number) => PROVIDERS.map((provider) => reportCell({ provider, ms: 500 + at }))
    await Promise.all(MEMBERS.map((member, at) => insertReport(stores[at % 2]!, member, reportOf(number, cells(at)))))
    const made = await Promise.all(stores.map((store) => aggregate(store, settings, number, number * 3_600)))
    expect(made.filter((facts) => facts?.reports === MEMBERS.length)).toHaveLength(1)
    const { document } = await stores[0]!.db
      .selectFrom('maps')
      .select('document')
      .orderBy('epoch', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    return verifySealed('map', unseal(document)) as HubMap
  }

  /** By what partitions, Citus (a distribution column) and TimescaleDB (a time column) would spread them. */
  it.each([
    ['contributions', 'provider'],
    ['history', 'provider'],
    ['history', 'epoch'],
  ])('may be spread: each unique key of %s holds %s, and nothing refers to it', async (table, column) => {
    const { rows } = await sql<{ holds: boolean }>`
      select exists (
        select from pg_attribute where attrelid = indrelid and attname = ${column} and attnum = any(indkey)
      ) as holds from pg_index where indrelid = ${table}::regclass and indisunique`.execute(stores[0]!.db)
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.every(({ holds }) => holds)).toBe(true)
    const keys = await sql`select from pg_constraint where contype = 'f'`.execute(stores[0]!.db)
    expect(keys.rows).toEqual([])
  })

  it('hold what was there, and what comes', async () => {
    await insertMembers(stores[0]!, MEMBERS)
    const before = await epoch(EPOCH)
    for (const statement of PARTITIONED) await sql.raw(statement).execute(stores[0]!.db)
    const after = await epoch(EPOCH + 1)
    const names = (map: HubMap) => map.cells.map(({ provider, model, class: workload }) => [provider, model, workload])
    expect(names(after)).toEqual(names(before))
    expect(new Set(after.cells.map(({ as_of }) => as_of))).toEqual(new Set([EPOCH + 1]))
    const { rows } = await sql<{ part: string; rows: number }>`
      select tableoid::regclass::text as part, count(*)::integer as rows from contributions group by 1`.execute(
      stores[1]!.db,
    )
    expect(rows.length).toBeGreaterThan(1)
    expect(rows.reduce((sum, row) => sum + row.rows, 0)).toBe(MEMBERS.length * PROVIDERS.length)
    const epochs = await sql<{ part: string }>`select distinct tableoid::regclass::text as part from history`.execute(
      stores[1]!.db,
    )
    expect(epochs.rows.map(({ part }) => part).sort()).toEqual(['history_new', 'history_old'])
  })
})
