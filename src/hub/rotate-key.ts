import type { Kysely } from 'kysely'
import { RouterError } from '../base/errors.ts'
import { exportSigningKey, fingerprint, generateSigningKey } from '../federation/protocol/keys.ts'
import { sealPayload, unseal } from '../federation/protocol/signed.ts'
import { MAX_SUCCESSIONS, succeed } from '../federation/protocol/succession.ts'
import type { HubStore } from './database/open.ts'
import type { HubDatabase } from './database/schema.ts'
import { type HubSettings, readSettings, writeKey } from './settings.ts'

/** Fingerprints of the key before, and of the new one. */
export interface RotatedKey {
  readonly before: string
  readonly after: string
}

/**
 * Gives the hub another signing key, which the one before signs. Processes that run take it within seconds
 * (`followKey`). @throws RouterError ROUTER_HUB_NO_HUB
 */
export function rotateKey(store: HubStore, nowS: number): Promise<RotatedKey> {
  return store.exclusively('settings', async (trx) => {
    const settings = await readSettings(trx)
    if (!settings) throw new RouterError('ROUTER_HUB_NO_HUB')
    const { key: before, succession } = settings
    const after = generateSigningKey()
    const chain = [...succession, succeed(before, after.publicKey, nowS)].slice(-MAX_SUCCESSIONS)
    await writeKey(trx, exportSigningKey(after), chain)
    return { before: fingerprint(before.publicKey), after: fingerprint(after.publicKey) }
  })
}

/** Takes the key that the hub was given since; true when there was one, and the newest map is signed with it. */
export async function followKey(db: Kysely<HubDatabase>, settings: HubSettings): Promise<boolean> {
  const now = await readSettings(db)
  if (!now || !settings.identity.follow(now.identity)) return false
  await signNewestMap(db, settings)
  return true
}

/** Signs the newest map anew after the key has changed: the next one may be an hour away. */
export async function signNewestMap(db: Kysely<HubDatabase>, { key }: Pick<HubSettings, 'key'>): Promise<void> {
  const map = await db
    .selectFrom('maps')
    .select(['epoch', 'document', 'revision'])
    .orderBy('epoch', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!map) return
  const sealed = unseal(map.document)
  if (sealed.key === key.publicKey) return
  await db
    .updateTable('maps')
    .set({ document: sealPayload('map', sealed.payload, key), revision: map.revision + 1 })
    .where('epoch', '=', map.epoch)
    .where('revision', '=', map.revision)
    .execute()
}
