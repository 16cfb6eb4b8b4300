import { RouterError } from '../../../base/errors.ts'
import { type Invite, readInvite } from '../../protocol/invite.ts'
import { fingerprint, generateSigningKey, type SigningKey } from '../../protocol/keys.ts'
import { MAX_WORK_BITS, MIN_EPOCH_S, MIN_K, MIN_PRIVATE_K } from '../../protocol/limits.ts'
import { seal } from '../../protocol/signed.ts'
import { leadsTo } from '../../protocol/succession.ts'
import type { Enrolment, HubInfo } from '../../protocol/types.ts'
import { FIRST_VERSION, versionOf } from '../../protocol/version.ts'
import type { Continent } from '../../protocol/words.ts'
import { doWork, type Work } from '../../protocol/work.ts'
import type { HubClient } from './hub-client.ts'
import { type Membership, readPendingKey, writeMembership, writePendingKey } from './identity.ts'

/** A hub that has said who it is, and is the one that the invite, or the operator, names. */
export interface Offer {
  readonly hub: string
  /** The invite; undefined: it takes members without. */
  readonly code: string | undefined
  readonly info: HubInfo
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * The address of a hub: https, or http to this machine; `insecure` allows http to others.
 * @throws RouterError ROUTER_USAGE
 */
export function hubAddress(text: string, insecure: boolean): string {
  const refuse = (reason: string) => new RouterError('ROUTER_USAGE', { reason: `The hub's address ${text} ${reason}.` })
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['https:', 'http:'].includes(url.protocol)) throw refuse('is none: write it as https://hub.example')
  if (url.username !== '' || url.password !== '') throw refuse('must not hold a name or password')
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw refuse(`must end with its name and port, such as ${url.origin}`)
  if (url.protocol === 'http:' && !insecure && !LOOPBACK.test(url.hostname)) {
    throw refuse('is not encrypted: use https, or --insecure for a test on a network that you trust')
  }
  return url.origin
}

/** @throws RouterError ROUTER_FEDERATION_INVITE */
export function inviteOf(code: string): Invite {
  const invite = readInvite(code)
  if (invite) return invite
  throw new RouterError('ROUTER_FEDERATION_INVITE', {
    reason: 'it is not one: it looks like cr1.<22 characters>.<22 characters>, and comes from whoever runs the hub',
  })
}

/** What is known of a hub before it is asked: an invite, or else, perhaps, the fingerprint of its key. */
export interface Introduction {
  readonly code?: string | undefined
  readonly key?: string | undefined
}

/**
 * Asks a hub who it is, and holds its key against the invite or the fingerprint. Without both, whether it is the right
 * one is left to whoever reads its fingerprint.
 * @throws RouterError ROUTER_FEDERATION_INVITE, ROUTER_FEDERATION_HUB
 */
export async function askHub(
  client: Pick<HubClient, 'info'>,
  hub: string,
  { code, key }: Introduction,
): Promise<Offer> {
  const invite = code === undefined ? undefined : inviteOf(code)
  const info = await client.info()
  const own = fingerprint(info.key)
  if (invite && !leadsTo(invite.hub, info.key, info.succession)) {
    throw new RouterError('ROUTER_FEDERATION_INVITE', {
      reason: `it is for the hub with the key ${invite.hub}, and ${hub} has ${own}: another hub, or somebody in between`,
    })
  }
  const refuse = (reason: string) => new RouterError('ROUTER_FEDERATION_HUB', { hub, reason })
  if (info.epoch_seconds < MIN_EPOCH_S)
    throw refuse(`it wants a report each ${info.epoch_seconds} s, and ${MIN_EPOCH_S} s are the least`)
  if (key !== undefined && !leadsTo(key, info.key, info.succession))
    throw refuse(`it has the key ${own}, and not ${key}: another hub, or somebody in between`)
  if (!invite && !info.enrolment)
    throw refuse('it takes members by invite only: ask its operator for one, and add --invite CODE')
  if (!invite && info.enrolment!.difficulty > MAX_WORK_BITS)
    throw refuse(`it wants work of ${info.enrolment!.difficulty} bits, and ${MAX_WORK_BITS} are the most`)
  const minK = info.private ? MIN_PRIVATE_K : MIN_K
  if (info.k < minK) throw refuse(`it publishes cells of ${info.k} enrolments, and ${minK} are the least`)
  return { hub, code, info }
}

/**
 * Enrols and keeps the membership. The key is on the disk before it is sent: cut short at any moment, joining again
 * with the same invite goes on.
 * @throws RouterError ROUTER_FEDERATION_HUB, ROUTER_FEDERATION_REFUSED, and the system's error
 */
export async function enrol(
  client: Pick<HubClient, 'enrol'>,
  directory: string,
  { hub, code, info }: Offer,
  choices: { readonly noise: boolean; readonly continent: Continent },
  now: number,
): Promise<Membership> {
  const pending = readPendingKey(directory, info.key)
  const key = pending ?? generateSigningKey()
  if (!pending) await writePendingKey(directory, info.key, key)
  const { private: isPrivate = false } = info
  const enrolment: Enrolment = {
    type: 'enrolment',
    v: isPrivate || code === undefined ? versionOf(1) : FIRST_VERSION,
    ...(code !== undefined && { invite: code.trim() }),
    continent: choices.continent,
    ...(isPrivate && { private: true }),
    ...(code === undefined && { work: await workFor(info, key, now) }),
  }
  const agreed = await client.enrol(seal(enrolment, key))
  const member = fingerprint(key.publicKey)
  if (agreed.member !== member || agreed.k !== info.k || agreed.epochSeconds !== info.epoch_seconds) {
    throw new RouterError('ROUTER_FEDERATION_HUB', {
      hub,
      reason: 'it agreed to something else than it had announced. Nothing was joined',
    })
  }
  const membership: Membership = {
    hub,
    hubName: info.name,
    hubKey: info.key,
    member,
    key,
    epochSeconds: info.epoch_seconds,
    k: info.k,
    private: isPrivate,
    noise: choices.noise,
    continent: choices.continent,
    joinedAt: Math.floor(now / 1000),
  }
  await writeMembership(directory, membership)
  return membership
}

/** By the hub's clock: the work is bound to a day. */
const workFor = ({ key: hubKey, enrolment, time }: HubInfo, { publicKey }: SigningKey, now: number): Promise<Work> =>
  doWork({ hub: fingerprint(hubKey), publicKey }, enrolment?.difficulty ?? 0, time > 0 ? time * 1000 : now)
