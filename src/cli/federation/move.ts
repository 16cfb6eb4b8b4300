import { RouterError } from '../../base/errors.ts'
import type { Config } from '../../config/types.ts'
import { membershipAt } from '../../federation/member/membership/follow-hub.ts'
import { HubClient } from '../../federation/member/membership/hub-client.ts'
import { writeMembership } from '../../federation/member/membership/identity.ts'
import { federationFolder, requireMembership } from './membership.ts'

/**
 * Runs `router federation move`: the same membership with the hub at another address. Nothing changes unless the hub
 * there has the pinned key and knows this member.
 * @throws RouterError ROUTER_USAGE, ROUTER_FEDERATION_*
 */
export async function moveCommand(config: Config, address: string, print: (text: string) => void): Promise<object> {
  const membership = requireMembership(config)
  const now = Date.now()
  const next = await membershipAt(address, membership, now)
  const { hub, member } = next
  const wanted = config.federation.hub
  if (wanted !== undefined && wanted !== hub)
    throw new RouterError('ROUTER_USAGE', {
      reason: `The configuration names the hub ${wanted} (federation.hub). Change it to ${hub} first.`,
    })
  const client = new HubClient(hub)
  try {
    await client.standing(membership.key, now)
  } finally {
    await client.close()
  }
  const isSame = hub === membership.hub && next.hubKey === membership.hubKey
  if (!isSame) await writeMembership(federationFolder(config), next)
  print(
    isSame
      ? `The hub is at ${hub} already.`
      : `The hub is at ${hub} from now on; this router is still ${member} there. A running router follows within seconds.`,
  )
  return { moved: !isSame, from: membership.hub, hub, member }
}
