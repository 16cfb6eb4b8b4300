import type { Kysely } from 'kysely'
import { RouterError } from '../base/errors.ts'
import { exportSigningKey, generateSigningKey, importSigningKey, type SigningKey } from '../federation/protocol/keys.ts'
import { K, MIN_EPOCH_S, MIN_K, USUAL_EPOCH_S } from '../federation/protocol/limits.ts'
import type { HubStore } from './database/open.ts'
import type { HubDatabase } from './database/schema.ts'

/** What all processes of a hub agree on, through the database. */
export interface HubSettings {
  readonly key: SigningKey
  /** For people, at most 80 characters. */
  readonly name: string
  readonly epochSeconds: number
  readonly k: number
  /** Where members reach it, as far as known. */
  readonly url: string | undefined
}

/** What this start was asked for; what is undefined stays as it is. */
export interface WantedSettings {
  readonly name?: string | undefined
  readonly epochSeconds?: number | undefined
  readonly k?: number | undefined
  readonly url?: string | undefined
}

type Stored = Readonly<Record<string, string>>

/**
 * The hub's settings, made at the first start: a new signing key, epochs of an hour, k = 5. Name and URL may change
 * later. The key, the epoch and k never do: members agreed to them when they joined.
 * @throws RouterError ROUTER_HUB_SETTINGS for an epoch or k that is out of bounds or another than at the first start
 */
export async function loadSettings(store: HubStore, wanted: WantedSettings = {}): Promise<HubSettings> {
  const epoch = atLeast('--epoch', wanted.epochSeconds, MIN_EPOCH_S, 's')
  const k = atLeast('--k', wanted.k, MIN_K)
  return store.exclusively('settings', async (trx) => {
    const stored = await read(trx)
    const settings = {
      ...stored,
      signing_key: stored.signing_key ?? exportSigningKey(generateSigningKey()),
      epoch_seconds: settled('--epoch', epoch, stored.epoch_seconds, USUAL_EPOCH_S, ' s'),
      k: settled('--k', k, stored.k, K),
      name: wanted.name ?? stored.name ?? 'Commonroute hub',
      ...(wanted.url !== undefined && { url: wanted.url }),
    }
    for (const [name, value] of Object.entries(settings)) if (stored[name] !== value) await write(trx, name, value)
    return settingsOf(settings)
  })
}

/** Undefined before the hub's first start. */
export async function readSettings(db: Kysely<HubDatabase>): Promise<HubSettings | undefined> {
  const stored = await read(db)
  return stored.signing_key === undefined ? undefined : settingsOf(stored as Stored & { signing_key: string })
}

/** Where the hub listens: its URL for as long as `WantedSettings.url` never gave it another. */
export const rememberAddress = (db: Kysely<HubDatabase>, address: string): Promise<void> =>
  write(db, 'address', address)

function settingsOf(stored: Stored & { readonly signing_key: string }): HubSettings {
  const { signing_key, name = '', epoch_seconds, k, url, address } = stored
  return {
    key: importSigningKey(signing_key),
    name,
    epochSeconds: Number(epoch_seconds),
    k: Number(k),
    url: url ?? address,
  }
}

function atLeast(flag: string, value: number | undefined, min: number, unit = ''): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= min)) return value
  throw new RouterError('ROUTER_HUB_SETTINGS', { reason: `${flag} must be a whole number of at least ${min}${unit}.` })
}

function settled(
  flag: string,
  wanted: number | undefined,
  stored: string | undefined,
  usual: number,
  unit = '',
): string {
  if (stored === undefined) return String(wanted ?? usual)
  if (wanted === undefined || String(wanted) === stored) return stored
  const remedy =
    'Members agreed to it when they joined. Leave the flag away, or start a new hub in another directory or database.'
  throw new RouterError('ROUTER_HUB_SETTINGS', {
    reason: `${flag} is ${wanted}${unit}, but this hub was started with ${stored}${unit}. ${remedy}`,
  })
}

async function read(db: Kysely<HubDatabase>): Promise<Stored> {
  const rows = await db.selectFrom('settings').selectAll().execute()
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

async function write(db: Kysely<HubDatabase>, name: string, value: string): Promise<void> {
  await db
    .insertInto('settings')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}
