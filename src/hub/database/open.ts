import { mkdirSync } from 'node:fs'
import { type Dialect, Kysely, sql, type Transaction } from 'kysely'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { closeToOthers } from '../../base/files/private-folder.ts'
import { lockFile } from '../../base/lock-file.ts'
import { pgliteDialect, postgresDialect, reasonOfDatabase } from './dialects.ts'
import { migrate } from './migrate.ts'
import type { HubDatabase } from './schema.ts'

/** Where a hub keeps what it knows. */
export type DatabasePlace =
  /** PostgreSQL inside this process, in `directory`; without one in memory, for tests. One process at a time. */
  | { readonly kind: 'pglite'; readonly directory?: string }
  /** A PostgreSQL server, which any number of processes share. `connections`: of this process at most, default 10. */
  | { readonly kind: 'postgres'; readonly url: string; readonly connections?: number }

/**
 * Of a machine that is gone, without a word, the server notices nothing for hours: its lock would be kept for as long.
 * The longest that a process computes between two statements is a part of a minute.
 */
const IDLE = '5min'

export interface HubStore {
  readonly kind: DatabasePlace['kind']
  /**
   * On PGlite there is one connection: inside a transaction use the transaction, never `db`, which would wait for ever.
   */
  readonly db: Kysely<HubDatabase>
  /**
   * Runs `work` in a transaction while no other process or caller runs one under the same name: it waits for a
   * PostgreSQL advisory lock, which belongs to the transaction, so that a lost connection gives up both together. Read
   * committed: each statement sees what others have committed before it.
   */
  exclusively<T>(name: string, work: (trx: Transaction<HubDatabase>) => Promise<T>): Promise<T>
  /** Waits for queries under way. */
  close(): Promise<void>
}

/**
 * Opens the database and brings its tables up to date; several processes may do so at once. `onLost` hears of
 * connections that break.
 * @throws RouterError ROUTER_HUB_DATABASE, ROUTER_HUB_DATABASE_NEWER, ROUTER_STATE_LOCKED (PGlite: the folder is
 * another process's)
 */
export async function openDatabase(place: DatabasePlace, onLost: (error: Error) => void = () => {}): Promise<HubStore> {
  const unlock = place.kind === 'pglite' && place.directory !== undefined ? takeOver(place.directory) : () => {}
  let db: Kysely<HubDatabase> | undefined
  try {
    db = new Kysely<HubDatabase>({ dialect: await dialectOf(place, onLost) })
    const store = storeOf(place.kind, db, unlock)
    await store.exclusively('migrations', migrate)
    return store
  } catch (error) {
    await db?.destroy().catch(() => {})
    unlock()
    throw error instanceof RouterError
      ? error
      : new RouterError('ROUTER_HUB_DATABASE', { reason: reasonOfDatabase(error) }, { cause: error })
  }
}

function takeOver(directory: string): () => void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    closeToOthers(directory)
    return lockFile(directory)
  } catch (error) {
    if (error instanceof RouterError) throw error
    throw new RouterError('ROUTER_STATE_UNWRITABLE', { path: directory, reason: reasonOf(error) }, { cause: error })
  }
}

function dialectOf(place: DatabasePlace, onLost: (error: Error) => void): Promise<Dialect> {
  if (place.kind === 'pglite') return pgliteDialect(place.directory)
  return postgresDialect({ url: place.url, connections: place.connections ?? 10, onLost })
}

function storeOf(kind: HubStore['kind'], db: Kysely<HubDatabase>, unlock: () => void): HubStore {
  return {
    kind,
    db,
    exclusively: (name, work) =>
      db.transaction().execute(async (trx) => {
        await sql`select set_config('idle_in_transaction_session_timeout', ${IDLE}, true),
          pg_advisory_xact_lock(hashtextextended(${`commonroute-hub/${name}`}, 0))`.execute(trx)
        return work(trx)
      }),
    close: () => db.destroy().finally(unlock),
  }
}
