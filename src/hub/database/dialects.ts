import { type Dialect, PGliteDialect, PostgresAdapter, PostgresDialect } from 'kysely'
import type { Pool } from 'pg'
import { reasonOf } from '../../base/errors.ts'

/**
 * OIDs of the types that both clients are made to read alike: int8 as number (ours stay far below 2^53), bytea as
 * Buffer.
 */
const INT8 = 20
const BYTEA = 17

/**
 * PostgreSQL in this process (https://pglite.dev), in a folder or, without one, in memory. One connection: whatever
 * comes waits its turn.
 */
export async function pgliteDialect(directory: string | undefined): Promise<Dialect> {
  const { PGlite } = await import('@electric-sql/pglite')
  const parsers = { [INT8]: Number, [BYTEA]: bytesOf }
  // Its own takes 0.1 ms for each KB.
  const serializers = {
    [BYTEA]: (bytes: Uint8Array) => `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`,
  }
  return new PGliteDialect({
    pglite: await PGlite.create({ parsers, serializers, ...(directory !== undefined && { dataDir: directory }) }),
  })
}

const bytesOf = (hex: string): Buffer => Buffer.from(hex.slice(2), 'hex')

/**
 * ENOSPC of WASI (wasi_snapshot_preview1), by whose numbers PGlite's file system fails: with objects that are no Error
 * and hold nothing else.
 */
const NO_SPACE = 51

/** Why a database could not be opened, in words. */
export function reasonOfDatabase(error: unknown): string {
  const { errno } = Object(error) as { readonly errno?: unknown }
  if (error instanceof Error || typeof errno !== 'number') return reasonOf(error)
  return errno === NO_SPACE
    ? 'no space is left on the disk'
    : `its files cannot be read or written (WASI error ${errno})`
}

export interface PostgresOptions {
  /** `postgres://user:password@host/database?sslmode=...` */
  readonly url: string
  /** Connections of this process at most. */
  readonly connections: number
  /** A connection broke; the pool makes another when it is needed. */
  readonly onLost: (error: Error) => void
}

export async function postgresDialect({ url, connections, onLost }: PostgresOptions): Promise<Dialect> {
  const { default: pg } = await import('pg')
  const types = new pg.TypeOverrides()
  types.setTypeParser(INT8, Number)
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    types,
    application_name: 'commonroute-hub',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
  })
  // Without a listener a lost connection ends the process: of the pool for one that is idle, of its own for one that is
  // in use.
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', onLost))
  return new HubPostgresDialect(pool)
}

/** Migrations run in a transaction that holds our own lock; the migrator's, on a session, would outlive a failure. */
class HubPostgresDialect extends PostgresDialect {
  constructor(pool: Pool) {
    super({ pool })
  }

  override createAdapter(): PostgresAdapter {
    return new LocklessAdapter()
  }
}

class LocklessAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}
