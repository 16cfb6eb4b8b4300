import { fingerprint } from '../../../federation/protocol/keys.ts'
import type { HubInfo, HubMap } from '../../../federation/protocol/types.ts'
import { byModel } from '../../../federation/protocol/view/best-first.ts'
import { endpointViews } from '../../../federation/protocol/view/cell-view.ts'

/**
 * `GET /v1/map.json`: the map's fields as they are signed, and for people `endpoints`: each provider's model as a whole
 * in plain units, by model, the best first; and whose map it is. Not signed itself.
 */
export function mapJson(map: HubMap, hub: Omit<HubInfo, 'v' | 'time' | 'epoch_seconds' | 'k'>): object {
  const endpoints = endpointViews(map).sort(byModel)
  return { ...map, hub: { ...hub, fingerprint: fingerprint(hub.key), signed: '/v1/map' }, endpoints }
}
