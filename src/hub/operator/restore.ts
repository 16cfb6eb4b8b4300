import type { RowCounts } from '../database/backup-format.ts'
import { openDatabase } from '../database/open.ts'
import { restoreBackup } from '../database/restore.ts'
import { databaseOf, type HubPlace } from './connect.ts'

/**
 * Puts a backup into the database of a hub that does not run; makes the database if there is none.
 * @throws RouterError ROUTER_HUB_NOT_EMPTY, ROUTER_HUB_BACKUP, ROUTER_STATE_LOCKED while a hub on PGlite runs
 */
export async function restoreHub(
  place: HubPlace,
  path: string,
  options: { readonly force: boolean },
): Promise<RowCounts> {
  const store = await openDatabase(databaseOf(place))
  try {
    return await restoreBackup(store, path, options)
  } finally {
    await store.close()
  }
}
