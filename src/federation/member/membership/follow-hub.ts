import { RouterError } from '../../../base/errors.ts'
import { importPublicKey } from '../../protocol/keys.ts'
import { REQUEST_MAX_SKEW_S } from '../../protocol/limits.ts'
import { unseal, verifySealed } from '../../protocol/signed.ts'
import { checkIncidents } from '../../protocol/validate.ts'
import { HubClient } from './hub-client.ts'
import { checkTerms } from './hub-terms.ts'
import type { Membership } from './identity.ts'
import { hubAddress } from './join.ts'

/**
 * The membership as it is to go on: with the address to which the hub redirects for good (308), and with the key that
 * the pinned one signed. Undefined when nothing has changed. `now` in Unix milliseconds.
 * @throws RouterError ROUTER_FEDERATION_HUB when it is not the hub that was joined, or on other terms
 */
export async function followHub(membership: Membership, now: number): Promise<Membership | undefined> {
  const { hub, hubKey } = membership
  const client = new HubClient(hub)
  try {
    const found = await client.whereabouts()
    if ('movedTo' in found) return await membershipAt(found.movedTo, membership, now)
    checkTerms(membership, found)
    return found.key === hubKey ? undefined : { ...membership, hubKey: found.key, hubName: found.name }
  } finally {
    await client.close()
  }
}

/**
 * The membership with the hub at another address, if that is the same hub: it has the pinned key or one that this
 * signed, the same terms, and something that it signed just now.
 * @throws RouterError ROUTER_FEDERATION_HUB, ROUTER_FEDERATION_REFUSED, ROUTER_USAGE for an address that is none
 */
export async function membershipAt(address: string, membership: Membership, now: number): Promise<Membership> {
  const hub = hubAddress(address, membership.hub.startsWith('http:'))
  const reader = membership.private ? { key: membership.key, now: () => now } : undefined
  const client = new HubClient(hub, undefined, reader)
  try {
    const info = await client.info()
    checkTerms({ ...membership, hub }, info)
    requireSignedNow(hub, info.key, await client.incidents(), now)
    return { ...membership, hub, hubKey: info.key, hubName: info.name }
  } finally {
    await client.close()
  }
}

/** Anybody can say that a key is theirs. */
function requireSignedNow(hub: string, key: string, document: Buffer, now: number): void {
  const refuse = (reason: string) => new RouterError('ROUTER_FEDERATION_HUB', { hub, reason })
  let time: number
  try {
    time = checkIncidents(verifySealed('incidents', unseal(document), importPublicKey(key))).time
  } catch {
    throw refuse('it says that it has the key of the hub that was joined, and does not sign with it')
  }
  if (Math.abs(now / 1000 - time) > REQUEST_MAX_SKEW_S)
    throw refuse("what it signed is old, or this machine's clock is wrong")
}
