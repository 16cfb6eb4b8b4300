import { MAP_BYTES } from '../../federation/protocol/limits.ts'
import { seal, unseal } from '../../federation/protocol/signed.ts'
import type { HubMap } from '../../federation/protocol/types.ts'
import type { HubStore } from '../database/open.ts'
import type { HubSettings } from '../settings.ts'
import { bytesOf, fitProbes, HEAD_BYTES, PROBES_BYTES } from './fit-probes.ts'
import { probeCells } from './probe-cells.ts'
import { readProbes } from './read-probes.ts'

/**
 * Writes the newest map anew when there are probes that it does not have: members' cells and the epoch stay as they
 * are. Answers whether it did. `nowS` in Unix seconds.
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
    const map = JSON.parse(unseal(newest.document).payload.toString()) as HubMap
    const published = Math.max(-1, ...(map.probes ?? []).map(({ time }) => time))
    const probed = await readProbes(trx, nowS)
    if (!probed.some(({ sums }) => Math.floor(sums.time) > published)) return false
    const room = Math.min(PROBES_BYTES, MAP_BYTES - HEAD_BYTES - bytesOf(map.cells))
    const probes = fitProbes(probeCells(probed, nowS), room)
    const renewed: HubMap = { ...map, probes }
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
