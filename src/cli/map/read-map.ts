import { RouterError, reasonOf } from '../../base/errors.ts'
import type { Config } from '../../config/types.ts'
import { MapFile, verifiedMap } from '../../federation/member/map/map-file.ts'
import { HubClient } from '../../federation/member/membership/hub-client.ts'
import { type Membership, readMembership } from '../../federation/member/membership/identity.ts'
import { readStatus } from '../../federation/member/membership/member-status.ts'
import { chainTo } from '../../federation/member/open/key-chain.ts'
import { openDirectory, openMapOnDisk } from '../../federation/member/open/open-map.ts'
import { sourceOf } from '../../federation/member/open/source-of.ts'
import { fingerprint, importPublicKey } from '../../federation/protocol/keys.ts'
import { mapUrl } from '../../federation/protocol/map-url.ts'
import { unseal, verifySealed } from '../../federation/protocol/signed.ts'
import type { HubMap, Incident } from '../../federation/protocol/types.ts'
import { checkIncidents } from '../../federation/protocol/validate.ts'
import { federationFolder } from '../federation/membership.ts'

/** A map that was read, and whose it is. */
export interface FoundMap {
  /** URL or path. */
  readonly from: string
  /** Fingerprint of the key that signed it. */
  readonly key: string
  /** Whether that key was held against one that was known before. */
  readonly pinned: boolean
  readonly map: HubMap
  /** Open ones; undefined: not known. */
  readonly incidents: readonly Incident[] | undefined
}

export interface MapKeys {
  /** The hub's, or its fingerprint. */
  readonly key?: string | undefined
  /** Of a private hub. */
  readonly readKey?: string | undefined
}

/** A status that nobody has written for so long holds old news. */
const BELIEVED_S = 300

/**
 * The map at a URL or in a file, whatever its age. Without a key it has to be signed by the one that it names, which
 * proves nothing but that it is whole.
 * @throws RouterError ROUTER_USAGE, ROUTER_FEDERATION_HUB, ROUTER_FEDERATION_REFUSED, ROUTER_FEDERATION_MAP
 */
export async function readMapAt(given: string, { key, readKey }: MapKeys): Promise<FoundMap> {
  if (/^https?:/.test(given) && !URL.canParse(given))
    throw new RouterError('ROUTER_USAGE', { reason: `--from ${given} is no URL.` })
  const source = sourceOf(mapUrl(given) ?? given, readKey)
  try {
    const fetched = await source.map()
    const document = fetched?.document ?? Buffer.alloc(0)
    const signer = signerOf(document, given)
    const pinned = key ?? signer
    const succession = await chainTo(document, pinned, [], source)
    const map = verifiedMap(document, { hub: given, hubKey: pinned, succession })
    const incidents = await source.incidents().catch(() => undefined)
    return {
      from: source.name,
      key: fingerprint(signer),
      pinned: key !== undefined,
      map,
      incidents: incidents && openIn(incidents, signer),
    }
  } finally {
    await source.close()
  }
}

/**
 * The map that this router uses: as a running one keeps it on disk, else as its source has it now.
 * @throws RouterError ROUTER_FEDERATION_NO_MAP, ROUTER_FEDERATION_STATE, and as `readMapAt`
 */
export async function readOwnMap(config: Config, now: number): Promise<FoundMap> {
  const directory = federationFolder(config)
  const membership = readMembership(directory)
  if (membership) return memberMap(directory, membership, now)
  const { map: open } = config.federation
  if (!open) throw new RouterError('ROUTER_FEDERATION_NO_MAP')
  const folder = openDirectory(directory)
  const map = openMapOnDisk(folder, open)
  if (!map) return readMapAt(open.from, open)
  const key = open.key.length > 22 ? fingerprint(open.key) : open.key
  return { from: open.from, key, pinned: true, map, incidents: newsIn(folder, open.key, now) }
}

async function memberMap(directory: string, membership: Membership, now: number): Promise<FoundMap> {
  const kept = new MapFile(directory, membership)
  kept.load()
  const map = kept.held ?? (await fetchMap(membership))
  const incidents = newsIn(directory, membership.member, now)
  return { from: membership.hub, key: fingerprint(membership.hubKey), pinned: true, map, incidents }
}

async function fetchMap(membership: Membership): Promise<HubMap> {
  const reader = membership.private ? { key: membership.key, now: Date.now } : undefined
  const client = new HubClient(membership.hub, undefined, reader)
  try {
    const fetched = await client.map()
    return verifiedMap(fetched?.document ?? Buffer.alloc(0), membership)
  } finally {
    await client.close()
  }
}

function signerOf(document: Buffer, from: string): string {
  try {
    return unseal(document).key
  } catch (error) {
    const reason = `it is no signed map: ${reasonOf(error).replace(/\.$/, '')}`
    throw new RouterError('ROUTER_FEDERATION_MAP', { from, reason }, { cause: error })
  }
}

/** Undefined when the list is not that hub's. */
function openIn(document: Buffer, hubKey: string): Incident[] | undefined {
  try {
    const { incidents } = checkIncidents(verifySealed('incidents', unseal(document), importPublicKey(hubKey)))
    return incidents.filter(({ closed }) => closed === undefined)
  } catch {
    return undefined
  }
}

/** As the router at work knows them. */
function newsIn(directory: string, member: string, now: number): readonly Incident[] | undefined {
  const status = readStatus(directory)
  const isNews = status?.member === member && now / 1000 - status.written_at < BELIEVED_S
  return isNews ? status.incidents : undefined
}
