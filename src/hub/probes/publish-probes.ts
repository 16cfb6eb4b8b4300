import { MAP_BYTES } from '../../federation/protocol/limits.ts'
import { seal, unseal } from '../../federation/protocol/signed.ts'
import type { HubMap, ProbeCell } from '../../federation/protocol/types.ts'
import type { HubStore } from '../database/open.ts'
import type { HubSettings } from '../settings.ts'
import { bytesOf, fitProbes, HEAD_BYTES, PROBES_BYTES } from './fit-probes.ts'
import { probeCells } from './probe-cells.ts'
import { readProbes } from './read-probes.ts'

/**
 * Writes the newest map anew when there are probes that it does not have, or it has some of a prober that left or has
 * been silent for a day: members' cells and the epoch stay as they are. Answers whether it did. `nowS` in Unix seconds.
 */
export function publishProbes(store: HubStore, { key }: Pick<HubSettings, 'key'>, nowS: number): Promise<boolean> {
  return store.exclusively('aggregate', async (trx) => {
    const newest = await trx
      .selectFrom('maps')
      .select(['epoch', 'document', 'revision'])
      .orderBy('epoch', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (!newest) return false
    const { probes: before = [], ...map } = JSON.parse(unseal(newest.document).payload.toString()) as HubMap
    const published = Math.max(-1, ...before.map(({ time }) => time))
    const probed = await readProbes(trx, nowS)
    const taken = [map.cells, map.passed_over, map.quality, map.offered].reduce(
      (sum, rows) => sum + bytesOf(rows ?? []),
      0,
    )
    const room = Math.min(PROBES_BYTES, MAP_BYTES - HEAD_BYTES - taken)
    const probes = fitProbes(probeCells(probed, nowS), room)
    const isNewer = probed.some(({ sums }) => Math.floor(sums.time) > published)
    if (!isNewer && !isOneGone(before, probes)) return false
    const renewed: HubMap = { ...map, ...(probes.length > 0 && { probes }) }
    const document = seal(renewed, key)
    const { epoch, revision } = newest
    await trx
      .updateTable('maps')
      .set({ document, revision: revision + 1 })
      .where('epoch', '=', epoch)
      .execute()
    return true
  })
}

function isOneGone(before: readonly ProbeCell[], now: readonly ProbeCell[]): boolean {
  const left = new Set(now.map(nameOf))
  return before.some((cell) => !left.has(nameOf(cell)))
}

const nameOf = ({ provider, model, region, class: workload, continent }: ProbeCell): string =>
  `${provider}\n${model}\n${region}\n${workload}\n${continent}`
