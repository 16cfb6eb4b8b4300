import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { sql, type Transaction } from 'kysely'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { replaceWhole, UNFINISHED } from '../../base/files/write-whole.ts'
import { BATCH, encodeRow, FORMAT, FORMAT_VERSION, noRows, type RowCounts, TABLES, toLine } from './backup-format.ts'
import { LATEST_SCHEMA } from './migrations/index.ts'
import type { HubStore } from './open.ts'
import type { HubDatabase } from './schema.ts'

/**
 * Writes everything that the hub knows, its signing key too, into a file with mode 0600: as of one moment, while the
 * hub goes on (PGlite has one connection, so there it waits). A file of that name is replaced once the new one is whole
 * and on disk.
 * @returns rows of each table
 * @throws RouterError ROUTER_HUB_BACKUP
 */
export async function writeBackup(store: HubStore, path: string, nowS: number): Promise<RowCounts> {
  const counts = noRows()
  const write = async (temporary: string): Promise<void> => {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await store.db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute((trx) =>
          pipeline(Readable.from(lines(trx, counts, nowS)), createGzip(), file.createWriteStream({ flush: true })),
        )
    } finally {
      await file.close().catch(() => {})
    }
  }
  try {
    await replaceWhole(path, write, `${path}.${process.pid}${UNFINISHED}`)
    return counts
  } catch (error) {
    throw new RouterError('ROUTER_HUB_BACKUP', { path, action: 'written', reason: reasonOf(error) }, { cause: error })
  }
}

async function* lines(
  trx: Transaction<HubDatabase>,
  counts: Record<keyof RowCounts, number>,
  nowS: number,
): AsyncGenerator<string> {
  yield toLine({ format: FORMAT, version: FORMAT_VERSION, schema: LATEST_SCHEMA, created_at: nowS })
  for (const table of TABLES) {
    await sql`declare backup cursor for select * from ${sql.table(table)}`.execute(trx)
    for (;;) {
      const { rows } = await sql<Record<string, unknown>>`fetch ${sql.lit(BATCH)} from backup`.execute(trx)
      if (rows.length === 0) break
      counts[table] += rows.length
      yield rows.map((row) => toLine({ table, row: encodeRow(row) })).join('')
    }
    await sql`close backup`.execute(trx)
  }
  yield toLine({ end: counts })
}
