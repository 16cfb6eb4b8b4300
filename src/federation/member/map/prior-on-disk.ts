import type { Config, OpenMapConfig } from '../../../config/types.ts'
import type { PriorSource } from '../../../outcomes/beliefs/prior.ts'
import { endpointKey } from '../../protocol/endpoint-key.ts'
import { epochAt } from '../../protocol/epoch.ts'
import type { PublicEndpoint } from '../../protocol/types.ts'
import { type Membership, readMembership } from '../membership/identity.ts'
import { MemberStatus, readStatus } from '../membership/member-status.ts'
import { lastsOf, openDirectory, openMapOnDisk } from '../open/open-map.ts'
import { PublicNames } from '../report/public-name.ts'
import { MapFile } from './map-file.ts'
import { MapPrior, type MapPriorOptions } from './map-prior.ts'

/** A status that nobody has written for so long holds old news. */
const BELIEVED_S = 300

/**
 * What a router of this state folder believes from its map, for a command that only looks: `file` alone when there is
 * no membership at work and no map is used without one, or nothing of it can be read. Never throws.
 */
export function priorOnDisk(
  directory: string,
  config: Config,
  file: PriorSource | undefined,
  canonicalOf: (endpoint: PublicEndpoint) => string,
): PriorSource | undefined {
  const naming = { publicName: new PublicNames(config).find, canonicalOf, file }
  const { enabled, hub, map } = config.federation
  try {
    const membership = enabled ? readMembership(directory) : undefined
    if (!membership) return enabled && map ? openPrior(directory, config, map, naming) : file
    return hub !== undefined && hub !== membership.hub ? file : memberPrior(directory, config, membership, naming)
  } catch {
    return file
  }
}

type Naming = Pick<MapPriorOptions, 'publicName' | 'canonicalOf' | 'file'>

function memberPrior(directory: string, config: Config, membership: Membership, naming: Naming) {
  const map = new MapFile(directory, membership)
  map.load()
  const status = new MemberStatus(directory, membership)
  status.load()
  const prior = new MapPrior({
    ...naming,
    continent: config.federation.continent ?? membership.continent,
  })
  const epoch = epochAt(Date.now(), membership.epochSeconds)
  prior.useMap(map.held)
  prior.useReported((endpoint) => status.hasReported(endpoint, epoch))
  useNews(prior, directory, membership.member)
  return prior
}

function openPrior(directory: string, config: Config, map: OpenMapConfig, naming: Naming) {
  const folder = openDirectory(directory)
  const prior = new MapPrior({
    ...naming,
    continent: config.federation.continent ?? '-',
    ...lastsOf(map),
  })
  prior.useMap(openMapOnDisk(folder, map))
  useNews(prior, folder, map.key)
  return prior
}

/** Incidents, as whoever is at work knew them last. */
function useNews(prior: MapPrior, directory: string, member: string): void {
  const written = readStatus(directory)
  const isNews = written?.member === member && Date.now() / 1000 - written.written_at < BELIEVED_S
  if (isNews) prior.useIncidents(new Set(written.incidents.map(endpointKey)))
}
