import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { RouterError } from '../base/errors.ts'
import { exportSigningKey, generateSigningKey, importSigningKey, type SigningKey } from '../federation/protocol/keys.ts'
import {
  K,
  MIN_EPOCH_S,
  MIN_K,
  MIN_PRIVATE_K,
  USUAL_EPOCH_S,
  USUAL_PRIVATE_EPOCH_S,
} from '../federation/protocol/limits.ts'
import { type HubAbout, NOTHING_SAID } from './about.ts'
import type { HubStore } from './database/open.ts'
import type { HubDatabase } from './database/schema.ts'
import { SigningIdentity } from './signing-identity.ts'

/** What all processes of a hub agree on, through the database. */
export interface HubSettings {
  readonly key: SigningKey
  /** That key itself, which follows what another process makes of it. */
  readonly identity: SigningIdentity
  /** How it came after earlier keys (`federation/protocol/succession.ts`), oldest first. */
  readonly succession: readonly string[]
  /** For people, at most 80 characters. */
  readonly name: string
  readonly epochSeconds: number
  readonly k: number
  /** One company's or some friends' hub: no noise, and nobody else may read it. */
  readonly private: boolean
  /** With it one may read a private hub without being a member. */
  readonly readKey: string | undefined
  /** Whether who has no invite may join, by work. */
  readonly openEnrolment: boolean
  /** Where members reach it, as the operator said. */
  readonly url: string | undefined
  /** Where the process that was started last listens. */
  readonly address: string | undefined
  /** Who runs it, and on what terms. */
  readonly about: HubAbout
}

/** What this start was asked for; what is undefined stays as it is. */
export interface WantedSettings {
  readonly name?: string | undefined
  readonly epochSeconds?: number | undefined
  readonly k?: number | undefined
  readonly private?: boolean | undefined
  readonly openEnrolment?: boolean | undefined
  readonly url?: string | undefined
  readonly about?: Partial<HubAbout> | undefined
}

type Stored = Readonly<Record<string, string>>

const AGREED =
  'Members agreed to it when they joined. Leave the flag away, or start a new hub in another directory or database.'
/** Parties that must agree on an incident of a private hub. */
const PRIVATE_QUORUM = 2

/** Parties whose agreement opens an incident: k, and in a private hub two. */
export const quorumOf = (hub: { readonly k: number; readonly private?: boolean | undefined }): number =>
  hub.private ? Math.max(PRIVATE_QUORUM, hub.k) : hub.k

/**
 * The hub's settings, made at the first start: a new signing key, epochs of an hour, k = 5; of a private hub epochs of a
 * minute, k = 1 and a read key. Name, URL, what is said about it and who may join may change later; the keys do by
 * commands of their own. The epoch, k and whether it is private never do: members agreed to them when they joined.
 * @throws RouterError ROUTER_HUB_SETTINGS for an epoch or k that is out of bounds or another than at the first start
 */
export async function loadSettings(store: HubStore, wanted: WantedSettings = {}): Promise<HubSettings> {
  const epoch = atLeast('--epoch', wanted.epochSeconds, MIN_EPOCH_S, 's')
  return store.exclusively('settings', async (trx) => {
    const stored = await read(trx)
    const isPrivate = settledPrivate(wanted.private, stored)
    if (isPrivate && wanted.openEnrolment)
      throw new RouterError('ROUTER_HUB_SETTINGS', { reason: 'A private hub takes nobody without an invite.' })
    const k = atLeast('--k', wanted.k, isPrivate ? MIN_PRIVATE_K : MIN_K)
    const settings = {
      ...stored,
      signing_key: stored.signing_key ?? exportSigningKey(generateSigningKey()),
      ...(isPrivate && { private: 'true', read_key: stored.read_key ?? createReadKey() }),
      epoch_seconds: settled(
        '--epoch',
        epoch,
        stored.epoch_seconds,
        isPrivate ? USUAL_PRIVATE_EPOCH_S : USUAL_EPOCH_S,
        ' s',
      ),
      k: settled('--k', k, stored.k, isPrivate ? MIN_PRIVATE_K : K),
      name: wanted.name ?? stored.name ?? 'Commonroute hub',
      ...(wanted.openEnrolment !== undefined && { open_enrolment: String(wanted.openEnrolment) }),
      ...(wanted.url !== undefined && { url: wanted.url }),
      ...(wanted.about && { about: JSON.stringify({ ...aboutOf(stored), ...wanted.about }) }),
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

/** Another signing key, PEM, and how it came after the others. */
export async function writeKey(db: Kysely<HubDatabase>, pem: string, succession: readonly string[]): Promise<void> {
  await write(db, 'succession', JSON.stringify(succession))
  await write(db, 'signing_key', pem)
}

/** Undefined for a hub that anybody may read. */
export async function readKeyOf(db: Kysely<HubDatabase>): Promise<string | undefined> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', 'read_key').executeTakeFirst()
  return row?.value
}

/** Replaces the read key: the one before opens nothing any more. @throws RouterError ROUTER_HUB_NOT_PRIVATE */
export async function renewReadKey(db: Kysely<HubDatabase>): Promise<string> {
  const key = createReadKey()
  const { numUpdatedRows } = await db
    .updateTable('settings')
    .set({ value: key })
    .where('name', '=', 'read_key')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new RouterError('ROUTER_HUB_NOT_PRIVATE')
  return key
}

/** Where the hub listens: its URL for as long as `WantedSettings.url` never gave it another. */
export const rememberAddress = (db: Kysely<HubDatabase>, address: string): Promise<void> =>
  write(db, 'address', address)

function settingsOf(stored: Stored & { readonly signing_key: string }): HubSettings {
  const { signing_key, name = '', epoch_seconds, k, read_key, url, address } = stored
  const identity = new SigningIdentity(importSigningKey(signing_key), JSON.parse(stored.succession ?? '[]'))
  return {
    key: identity,
    identity,
    succession: identity.succession,
    name,
    epochSeconds: Number(epoch_seconds),
    k: Number(k),
    private: stored.private === 'true',
    readKey: read_key,
    openEnrolment: stored.open_enrolment === 'true',
    url,
    address,
    about: aboutOf(stored),
  }
}

const aboutOf = ({ about = '{}' }: Stored): HubAbout => ({ ...NOTHING_SAID, ...JSON.parse(about) })

const createReadKey = (): string => `crr-${randomBytes(24).toString('base64url')}`

function settledPrivate(wanted: boolean | undefined, stored: Stored): boolean {
  if (stored.signing_key === undefined) return wanted ?? false
  const isPrivate = stored.private === 'true'
  if (wanted === undefined || wanted === isPrivate) return isPrivate
  throw new RouterError('ROUTER_HUB_SETTINGS', {
    reason: `This hub was started as ${isPrivate ? 'a private' : 'an open'} one. ${AGREED}`,
  })
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
  throw new RouterError('ROUTER_HUB_SETTINGS', {
    reason: `${flag} is ${wanted}${unit}, but this hub was started with ${stored}${unit}. ${AGREED}`,
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
