import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import { type DatabasePlace, type HubStore, openDatabase } from '../../src/hub/database/open.ts'
import { removeDirectory, temporaryDirectory } from './directory.ts'
import { copyPglite } from './pglite.ts'
import { type PostgresServer, postgresBinaries, startPostgres } from './postgres.ts'

/** A database under a hub's tests: open from the first test to the last, empty at the start of each. */
export interface StoreUnderTest {
  readonly store: HubStore
  /** For another process, or another connection pool (PostgreSQL only). */
  readonly place: DatabasePlace
  /** Undefined with PGlite. */
  readonly server: PostgresServer | undefined
}

/**
 * Runs the tests on PGlite and on a PostgreSQL server of their own; without PostgreSQL installed that half is skipped,
 * visibly.
 */
export function describeStores(name: string, tests: (on: StoreUnderTest) => void): void {
  describe(`${name} (PGlite)`, () => tests(underTest(openCopy)))
  const missing = postgresBinaries() === undefined
  const title = missing ? `${name} (PostgreSQL IS NOT INSTALLED: NOT TESTED)` : `${name} (PostgreSQL)`
  describe.skipIf(missing)(title, () => tests(underTest(openPostgres)))
}

interface Opened extends StoreUnderTest {
  close(): Promise<void>
}

/** An object that is filled before the first test. */
function underTest(open: () => Promise<Opened>): StoreUnderTest {
  const on = {} as Opened
  beforeAll(async () => {
    Object.assign(on, await open())
  })
  beforeEach(async () => {
    await empty(on.store)
  })
  afterAll(async () => {
    await on.close?.()
  })
  return on
}

async function openCopy(): Promise<Opened> {
  const directory = await temporaryDirectory()
  const place = { kind: 'pglite', directory: `${directory}/pglite` } as const
  await copyPglite(place.directory)
  const store = await openDatabase(place)
  return { store, place, server: undefined, close: () => store.close().finally(() => removeDirectory(directory)) }
}

async function openPostgres(): Promise<Opened> {
  const server = await startPostgres()
  const place = { kind: 'postgres', url: await server.createDatabase() } as const
  const store = await openDatabase(place)
  return { store, place, server, close: () => store.close().finally(() => server.remove()) }
}

/** Empties every table of the hub. */
export async function empty(store: HubStore): Promise<void> {
  const tables = await store.db.introspection.getTables()
  await sql`truncate ${sql.join(tables.map(({ name }) => sql.table(name)))} restart identity`.execute(store.db)
}
