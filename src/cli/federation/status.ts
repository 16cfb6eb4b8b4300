import { join } from 'node:path'
import { reasonOf } from '../../base/errors.ts'
import type { Config } from '../../config/types.ts'
import { MapFile } from '../../federation/member/map/map-file.ts'
import { HubClient, type Standing } from '../../federation/member/membership/hub-client.ts'
import { checkTerms } from '../../federation/member/membership/hub-terms.ts'
import type { Membership } from '../../federation/member/membership/identity.ts'
import { readStatus } from '../../federation/member/membership/member-status.ts'
import { Spool } from '../../federation/member/report/spool.ts'
import { endpointKey } from '../../federation/protocol/endpoint-key.ts'
import type { FederationReport } from '../../terminal/views/federation.ts'
import { federationFolder, reportSettings, requireMembership } from './membership.ts'

/** A router at work writes its status at least each minute. */
const AT_WORK_S = 90

/**
 * What is known of the membership, here and at the hub. `now` in Unix milliseconds. @throws RouterError
 * ROUTER_FEDERATION_NOT_JOINED, ROUTER_FEDERATION_STATE
 */
export async function federationStatus(config: Config, offline: boolean, now: number): Promise<FederationReport> {
  const membership = requireMembership(config)
  const directory = federationFolder(config)
  const file = readStatus(directory)
  const status = file?.member === membership.member ? file : undefined
  const spool = await Spool.open(join(directory, 'spool'), { readOnly: true })
  const { enabled, hub, share } = config.federation
  const atHub = offline ? {} : await ask(membership, now)
  return {
    hub: membership.hub,
    hub_name: membership.hubName,
    member: membership.member,
    joined_at: new Date(membership.joinedAt * 1000).toISOString(),
    epoch_seconds: membership.epochSeconds,
    k: membership.k,
    private: membership.private,
    ...reportSettings(config, membership),
    share,
    at_work: status !== undefined && now / 1000 - status.written_at < AT_WORK_S,
    ...(!enabled && { off: 'the configuration says "federation.enabled: false"' }),
    ...(hub !== undefined && hub !== membership.hub && { off: `the configuration names another hub, ${hub}` }),
    ...(status?.last_report && {
      last_report: { ...status.last_report, at: new Date(status.last_report.at * 1000).toISOString() },
    }),
    waiting: spool.waiting.map(({ epoch }) => epoch),
    ...mapOf(directory, membership, now),
    ...(status && { endpoints: status.endpoints }),
    incidents: status?.incidents ?? [],
    ...(status?.clock_difference_s !== undefined && { clock_difference_s: status.clock_difference_s }),
    problems: Object.entries(status?.problems ?? {}).map(([duty, { at, reason }]) => ({
      duty,
      at: new Date(at * 1000).toISOString(),
      reason,
    })),
    ...atHub,
  }
}

function mapOf(directory: string, membership: Membership, now: number): Pick<FederationReport, 'map' | 'map_problem'> {
  const file = new MapFile(directory, membership)
  try {
    file.load()
  } catch (error) {
    return { map_problem: reasonOf(error) }
  }
  const { held, heldUntil } = file
  if (!held || heldUntil === undefined) return {}
  return {
    map: {
      epoch: held.epoch,
      age_s: Math.round((now - heldUntil) / 1000),
      cells: held.cells.length,
      ...(held.probes && { probed: new Set(held.probes.map(endpointKey)).size }),
      ...(held.probes?.length && {
        probes_age_s: Math.round(now / 1000 - Math.max(...held.probes.map(({ time }) => time))),
      }),
      members: held.members,
    },
  }
}

async function ask(
  membership: Membership,
  now: number,
): Promise<Pick<FederationReport, 'at_hub' | 'hub_problem' | 'clock_difference_s'>> {
  const client = new HubClient(membership.hub)
  try {
    const info = await client.info()
    const clock = { clock_difference_s: Math.round(info.time - now / 1000) }
    try {
      checkTerms(membership, info)
      const { status, trust, lastEpoch, reports }: Standing = await client.standing(membership.key, now)
      return {
        ...clock,
        at_hub: {
          status,
          trust,
          ...(lastEpoch !== undefined && { last_epoch: lastEpoch }),
          ...(reports !== undefined && { reports }),
        },
      }
    } catch (error) {
      return { ...clock, hub_problem: reasonOf(error) }
    }
  } catch (error) {
    return { hub_problem: reasonOf(error) }
  } finally {
    await client.close()
  }
}
