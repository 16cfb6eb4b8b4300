import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { type Kysely, sql, type Transaction } from 'kysely'
import { RouterError, reasonOf } from '../../base/errors.ts'
import {
  BATCH,
  type BackupEnd,
  type BackupHeader,
  type BackupRow,
  decodeRow,
  FORMAT,
  FORMAT_VERSION,
  noRows,
  type RowCounts,
  TABLES,
  type Table,
} from './backup-format.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'
import type { HubStore } from './open.ts'
import type { HubDatabase } from './schema.ts'

/**
 * Puts a backup into the database: all of it or, when anything is wrong, nothing. A backup of an older version is
 * brought up to date. No hub may be at work in the database meanwhile.
 * @param force replace what is there
 * @returns rows of each table
 * @throws RouterError ROUTER_HUB_NOT_EMPTY, ROUTER_HUB_BACKUP
 */
export async function restoreBackup(
  store: HubStore,
  path: string,
  { force = false }: { readonly force?: boolean } = {},
): Promise<RowCounts> {
  try {
    return await store.exclusively('migrations', async (trx) => {
      if (!force && !(await isEmpty(trx))) throw new RouterError('ROUTER_HUB_NOT_EMPTY')
      const lines = readLines(path)
      const header = headerOf((await lines.next()).value)
      await replaceTables(trx, header.schema)
      const counts = await fill(trx, lines)
      await sql`select setval(pg_get_serial_sequence('reports', 'seq'), coalesce(max(seq), 0) + 1, false) from reports`.execute(
        trx,
      )
      await migrate(trx)
      return counts
    })
  } catch (error) {
    if (error instanceof RouterError && error.code !== 'ROUTER_INTERNAL') throw error
    throw new RouterError('ROUTER_HUB_BACKUP', { path, action: 'restored', reason: reasonOf(error) }, { cause: error })
  }
}

async function isEmpty(db: Kysely<HubDatabase>): Promise<boolean> {
  for (const table of TABLES)
    if ((await db.selectFrom(table).select(sql`1`.as('one')).limit(1).execute()).length > 0) return false
  return true
}

async function* readLines(path: string): AsyncGenerator<unknown, undefined> {
  const file = createReadStream(path)
  // Whole rows at once: a line may have megabytes.
  const text = file.pipe(createGunzip({ chunkSize: 1_048_576 })).setEncoding('utf8')
  // An error of the file does not reach the end of the pipe by itself.
  file.on('error', (error) => text.destroy(error))
  try {
    let rest = ''
    for await (const chunk of text) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()!
      for (const line of lines) yield JSON.parse(line)
    }
  } finally {
    file.destroy()
  }
  return undefined
}

function headerOf(line: unknown): BackupHeader {
  const header = line as Partial<BackupHeader> | undefined
  if (header?.format !== FORMAT) throw new TypeError('it is no backup of a hub')
  if (header.version !== FORMAT_VERSION || !Object.hasOwn(MIGRATIONS, header.schema ?? '')) {
    throw new TypeError('a newer version of the hub made it; upgrade this one')
  }
  return header as BackupHeader
}

/** Empty tables, as they were when the backup was made. */
async function replaceTables(trx: Transaction<HubDatabase>, schema: string): Promise<void> {
  for (const table of [...TABLES, 'kysely_migration', 'kysely_migration_lock'])
    await trx.schema.dropTable(table).ifExists().execute()
  await migrate(trx, schema)
}

async function fill(trx: Transaction<HubDatabase>, lines: AsyncIterable<unknown>): Promise<RowCounts> {
  const counts = noRows()
  let batch: BackupRow[] = []
  const flush = async () => {
    const [first] = batch
    if (first) await insert(trx, first.table, batch)
    batch = []
  }
  let end: RowCounts | undefined
  // To the last byte, also after the end: only then gzip has checked what it holds.
  for await (const line of lines) {
    const content = line as Partial<BackupRow & BackupEnd>
    if (end || !(content.end || (content.row && content.table && TABLES.includes(content.table)))) {
      throw new TypeError('it holds a line that is neither a row nor the end')
    }
    end = content.end
    if (end) continue
    const { table, row } = content as BackupRow
    if (batch.length === BATCH || (batch[0] && batch[0].table !== table)) await flush()
    batch.push({ table, row })
    counts[table] += 1
  }
  await flush()
  if (!end) throw new TypeError('its end is missing')
  if (TABLES.some((table) => (end[table] ?? 0) !== counts[table])) throw new TypeError('rows are missing')
  return counts
}

async function insert(trx: Transaction<HubDatabase>, table: Table, batch: readonly BackupRow[]): Promise<void> {
  const rows = batch.map(({ row }) => decodeRow(row))
  await trx
    .insertInto(table)
    .values(rows as never)
    .execute()
}
