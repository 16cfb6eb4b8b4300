import { RouterError } from '../../../base/errors.ts'
import { fingerprint } from '../../protocol/keys.ts'
import { leadsTo } from '../../protocol/succession.ts'
import type { HubInfo } from '../../protocol/types.ts'
import type { Membership } from './identity.ts'

/**
 * Whether a hub is still the one that was joined, on the terms that were agreed: same key (or one that
 * it signed as its successor), same epochs, no
 * smaller k, and private or not as before.
 * @throws RouterError ROUTER_FEDERATION_HUB
 */
export function checkTerms(
  {
    hub,
    hubKey,
    epochSeconds,
    k,
    private: isPrivate,
  }: Pick<Membership, 'hub' | 'hubKey' | 'epochSeconds' | 'k' | 'private'>,
  info: HubInfo,
): void {
  const changed = (what: string) =>
    new RouterError('ROUTER_FEDERATION_HUB', { hub, reason: `${what}. If that is right, leave and join again` })
  if (!leadsTo(hubKey, info.key, info.succession))
    throw changed(`it has another key (${fingerprint(info.key)}) than the one that was joined (${fingerprint(hubKey)})`)
  if (info.epoch_seconds !== epochSeconds)
    throw changed(`it now has epochs of ${info.epoch_seconds} s, and ${epochSeconds} s were agreed`)
  if ((info.private ?? false) !== isPrivate)
    throw changed(isPrivate ? 'it is not private any more' : 'it has become private')
  if (info.k < k) throw changed(`it now publishes cells of ${info.k} enrolments, and at least ${k} were agreed`)
}
