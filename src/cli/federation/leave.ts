import { RouterError, reasonOf } from '../../base/errors.ts'
import type { Config } from '../../config/types.ts'
import { HubClient } from '../../federation/member/membership/hub-client.ts'
import { type Membership, readMembership } from '../../federation/member/membership/identity.ts'
import { askToForget, endMembership } from '../../federation/member/membership/leave.ts'
import { federationFolder } from './membership.ts'

/** Runs `router federation leave`. @throws RouterError ROUTER_FEDERATION_* */
export async function leaveCommand(config: Config, force: boolean, print: (text: string) => void): Promise<object> {
  const directory = federationFolder(config)
  const membership = membershipIn(directory, force)
  const problem = membership && (await forget(membership))
  if (problem && !force) {
    if (problem.code === 'ROUTER_FEDERATION_REFUSED') throw problem
    const reason = `${String(problem.details.reason)}. Nothing was changed; to leave without asking it to forget: --force`
    throw new RouterError('ROUTER_FEDERATION_HUB', { hub: membership.hub, reason }, { cause: problem })
  }
  endMembership(directory)
  const forgotten = membership !== undefined && !problem
  if (forgotten) print(`Left ${membership.hub}, which has forgotten what this router sent.`)
  else
    print(
      `Left, and the hub was not asked to forget${problem ? `: ${reasonOf(problem)}` : '.'} Whoever runs it can remove the member${membership ? ` ${membership.member}` : ''}.`,
    )
  return { left: true, forgotten, ...(membership && { hub: membership.hub, member: membership.member }) }
}

/** With `force` a membership that cannot be read is left, too. */
function membershipIn(directory: string, force: boolean): Membership | undefined {
  try {
    const membership = readMembership(directory)
    if (membership) return membership
  } catch (error) {
    if (force) return undefined
    throw error
  }
  throw new RouterError('ROUTER_FEDERATION_NOT_JOINED')
}

async function forget(membership: Membership): Promise<RouterError | undefined> {
  const client = new HubClient(membership.hub)
  try {
    await askToForget(client, membership, Date.now())
    return undefined
  } catch (error) {
    if (error instanceof RouterError) return error
    throw error
  } finally {
    await client.close()
  }
}
