import { reasonOf } from '../../base/errors.ts'
import type { OpenMapConfig } from '../../config/types.ts'
import { readStatus } from '../../federation/member/membership/member-status.ts'
import { lastsOf, openDirectory, openMapOnDisk } from '../../federation/member/open/open-map.ts'
import { epochStart } from '../../federation/protocol/epoch.ts'
import { MAP_FADE_S } from '../../federation/protocol/limits.ts'
import type { OpenMapReport } from '../../terminal/views/open-map.ts'

/** A router at work writes its status at least each minute. */
const AT_WORK_S = 90

/** How a map that is used without a membership does. `directory`: of the federation; `now` in Unix milliseconds. */
export function openMapStatus(directory: string, map: OpenMapConfig, enabled: boolean, now: number): OpenMapReport {
  const folder = openDirectory(directory)
  const file = readStatus(folder)
  const status = file?.member === map.key ? file : undefined
  return {
    from: map.from,
    key: map.key,
    at_work: status !== undefined && now / 1000 - status.written_at < AT_WORK_S,
    ...(!enabled && { off: 'the configuration says "federation.enabled: false"' }),
    ...held(folder, map, now),
    ...(status && { endpoints: status.endpoints }),
    incidents: status?.incidents ?? [],
    problems: Object.entries(status?.problems ?? {}).map(([duty, { at, reason }]) => ({
      duty,
      at: new Date(at * 1000).toISOString(),
      reason,
    })),
  }
}

function held(folder: string, map: OpenMapConfig, now: number): Pick<OpenMapReport, 'map' | 'map_problem'> {
  try {
    const found = openMapOnDisk(folder, map)
    if (!found) return {}
    const { epoch, epoch_seconds, cells, probes = [], members } = found
    const age = Math.round((now - epochStart(epoch + 1, epoch_seconds)) / 1000)
    const { lastsS = MAP_FADE_S } = lastsOf(map)
    return {
      map: {
        epoch,
        age_s: age,
        worth: Math.min(1, Math.max(0, 1 - age / lastsS)),
        cells: cells.length,
        probes: probes.length,
        members,
      },
    }
  } catch (error) {
    return { map_problem: reasonOf(error) }
  }
}
