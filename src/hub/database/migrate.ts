import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { MIGRATIONS } from './migrations/index.ts'

/**
 * Brings the tables up to `target` (default: the newest). Give it a transaction that holds the lock `migrations`.
 * @throws RouterError ROUTER_HUB_DATABASE_NEWER when a newer hub has been here, ROUTER_HUB_DATABASE
 */
export async function migrate<Database>(trx: Kysely<Database>, target?: string): Promise<void> {
  const migrator = new Migrator({ db: trx, provider: { getMigrations: async () => MIGRATIONS } })
  const { error } = await (target === undefined ? migrator.migrateToLatest() : migrator.migrateTo(target))
  if (error === undefined) return
  const reason = reasonOf(error)
  if (reason.startsWith('corrupted migrations'))
    throw new RouterError('ROUTER_HUB_DATABASE_NEWER', {}, { cause: error })
  throw new RouterError('ROUTER_HUB_DATABASE', { reason }, { cause: error })
}
