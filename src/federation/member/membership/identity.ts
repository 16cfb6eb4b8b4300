import { rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { RouterError, reasonOf } from '../../../base/errors.ts'
import { readIfThere } from '../../../base/files/read-if-there.ts'
import { writeWhole } from '../../../base/files/write-whole.ts'
import { exportSigningKey, fingerprint, importSigningKey, type SigningKey } from '../../protocol/keys.ts'
import { MIN_EPOCH_S, MIN_K, MIN_PRIVATE_K } from '../../protocol/limits.ts'
import { CONTINENTS, type Continent } from '../../protocol/words.ts'

/** A router's membership of one hub. `key` is the secret that it rests on; it prints as nothing. */
export interface Membership {
  /** `https://hub.example`, without a slash at the end. */
  readonly hub: string
  readonly hubName: string
  /** The hub's public key, which the map and the incidents must be signed with. */
  readonly hubKey: string
  /** Fingerprint of the own public key. */
  readonly member: string
  readonly key: SigningKey
  /** As agreed when joining: the hub cannot change them behind the operator's back. */
  readonly epochSeconds: number
  readonly k: number
  /** Whether the hub said so, and it was agreed to: reports are exact, and reading it takes a signature. */
  readonly private: boolean
  readonly noise: boolean
  readonly continent: Continent
  /** Unix seconds. */
  readonly joinedAt: number
}

/** Format of member.json. */
const VERSION = 1
const FILE = 'member.json'
/**
 * A key that has asked to join and does not know the answer yet: the hub takes the same key again with an invite that
 * it has used.
 */
const PENDING = 'joining.json'

export const membershipFile = (directory: string): string => join(directory, FILE)

/**
 * The membership kept in the federation folder; undefined when there is none.
 * @throws RouterError ROUTER_FEDERATION_STATE
 */
export function readMembership(directory: string): Membership | undefined {
  const path = membershipFile(directory)
  const unusable = (reason: string) => new RouterError('ROUTER_FEDERATION_STATE', { path, reason })
  try {
    const text = readIfThere(path)
    return text && parse(JSON.parse(text.toString()), unusable)
  } catch (error) {
    if (error instanceof RouterError) throw error
    // A parser's message may quote the file, and the key with it; so would a cause.
    throw unusable(error instanceof SyntaxError ? 'it is not JSON' : reasonOf(error))
  }
}

/** Keeps the membership, mode 0600. What was pending is thereby done. Throws the system's error. */
export async function writeMembership(directory: string, membership: Membership): Promise<void> {
  const { hub, hubName, hubKey, member, key, epochSeconds, k, noise, continent, joinedAt } = membership
  const file = {
    version: VERSION,
    hub,
    hub_name: hubName,
    hub_key: hubKey,
    member,
    private_key: exportSigningKey(key),
    epoch_seconds: epochSeconds,
    k,
    ...(membership.private && { private: true }),
    noise,
    continent,
    joined_at: joinedAt,
  }
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeWhole(membershipFile(directory), `${JSON.stringify(file, undefined, 2)}\n`)
  rmSync(join(directory, PENDING), { force: true })
}

/** The key with which joining this hub was begun and not finished. */
export function readPendingKey(directory: string, hubKey: string): SigningKey | undefined {
  try {
    const { hub_key, private_key } = JSON.parse(readIfThere(join(directory, PENDING))?.toString() ?? '{}')
    return hub_key === hubKey ? importSigningKey(private_key) : undefined
  } catch {
    return undefined
  }
}

export async function writePendingKey(directory: string, hubKey: string, key: SigningKey): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeWhole(join(directory, PENDING), JSON.stringify({ hub_key: hubKey, private_key: exportSigningKey(key) }))
}

function parse(file: Readonly<Record<string, unknown>> | null, unusable: (reason: string) => RouterError): Membership {
  const text = (name: string): string => {
    const value = file?.[name]
    if (typeof value === 'string') return value
    throw unusable(`"${name}" is missing`)
  }
  const number = (name: string, min: number): number => {
    const value = file?.[name]
    if (typeof value === 'number' && Number.isFinite(value) && value >= min) return value
    throw unusable(`"${name}" is not a number of at least ${min}`)
  }
  if (file?.version !== VERSION) throw unusable(`it has format ${String(file?.version)}, this router knows ${VERSION}`)
  const key = importSigningKey(text('private_key'))
  return {
    hub: text('hub'),
    hubName: text('hub_name'),
    hubKey: text('hub_key'),
    member: fingerprint(key.publicKey),
    key,
    epochSeconds: number('epoch_seconds', MIN_EPOCH_S),
    k: number('k', file.private === true ? MIN_PRIVATE_K : MIN_K),
    private: file.private === true,
    noise: file.noise !== false,
    continent: CONTINENTS.find((known) => known === file.continent) ?? '-',
    joinedAt: number('joined_at', 0),
  }
}
