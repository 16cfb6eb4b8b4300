import type { Config } from '../../../config/types.ts'
import type { PriorSource } from '../../../outcomes/beliefs/prior.ts'
import { epochAt } from '../../protocol/epoch.ts'
import { readMembership } from '../membership/identity.ts'
import { MemberStatus, readStatus } from '../membership/member-status.ts'
import { PublicNames } from '../report/public-name.ts'
import { MapFile } from './map-file.ts'
import { incidentKey, MapPrior } from './map-prior.ts'

/** A status that nobody has written for so long holds old news. */
const BELIEVED_S = 300

/**
 * What a router of this state folder believes from its map, for a command that only looks: `file` alone when there is
 * no membership at work, or nothing of it can be read. Never throws.
 */
export function priorOnDisk(directory: string, config: Config, file: PriorSource | undefined): PriorSource | undefined {
  const { enabled, hub, continent } = config.federation
  try {
    const membership = enabled ? readMembership(directory) : undefined
    if (!membership || (hub !== undefined && hub !== membership.hub)) return file
    const map = new MapFile(directory, membership)
    map.load()
    const status = new MemberStatus(directory, membership)
    status.load()
    const prior = new MapPrior({
      publicName: new PublicNames(config).find,
      continent: continent ?? membership.continent,
      file,
    })
    const epoch = epochAt(Date.now(), membership.epochSeconds)
    prior.useMap(map.held)
    prior.useReported((endpoint) => status.hasReported(endpoint, epoch))
    const written = readStatus(directory)
    const isNews = written?.member === membership.member && Date.now() / 1000 - written.written_at < BELIEVED_S
    if (isNews) prior.useIncidents(new Set(written.incidents.map(incidentKey)))
    return prior
  } catch {
    return file
  }
}
