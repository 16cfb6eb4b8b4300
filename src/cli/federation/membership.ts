import { RouterError } from '../../base/errors.ts'
import { stateDirectory } from '../../config/find.ts'
import type { Config, OpenMapConfig } from '../../config/types.ts'
import { federationDirectory } from '../../federation/member/federation-directory.ts'
import { type Membership, readMembership } from '../../federation/member/membership/identity.ts'
import type { ReportSettings } from '../../federation/member/report/report.ts'

export const federationFolder = (config: Config): string => federationDirectory(stateDirectory(config))

/** @throws RouterError ROUTER_FEDERATION_NOT_JOINED, ROUTER_FEDERATION_STATE */
export function requireMembership(config: Config): Membership {
  const membership = readMembership(federationFolder(config))
  if (membership) return membership
  throw new RouterError('ROUTER_FEDERATION_NOT_JOINED')
}

/** What the configuration says, else what was chosen when joining. */
export const reportSettings = (
  { federation }: Config,
  membership: Pick<Membership, 'noise' | 'continent' | 'private'>,
): ReportSettings => ({
  continent: federation.continent ?? membership.continent,
  noise: federation.noise ?? membership.noise,
  grids: federation.grids,
  prices: federation.prices,
  quality: federation.quality,
  exact: membership.private,
})

/** The map that is used because no hub is joined. @throws RouterError ROUTER_FEDERATION_STATE */
export function openMapInUse(config: Config): { readonly directory: string; readonly map: OpenMapConfig } | undefined {
  const { map } = config.federation
  const directory = federationFolder(config)
  return map && !readMembership(directory) ? { directory, map } : undefined
}
