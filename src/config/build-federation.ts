import { resolve } from 'node:path'
import { mapUrl } from '../federation/protocol/map-url.ts'
import type { Continent } from '../federation/protocol/words.ts'
import type { FederationConfig } from './types.ts'
import type { Mapping } from './view.ts'

/** @param directory what a path is relative to */
export function buildFederation(federation: Mapping, directory: string): FederationConfig {
  const { enabled, hub, share, noise, grids, prices, quality, continent, providers, models, incidents } = federation
  return {
    enabled: enabled as boolean,
    ...(hub !== undefined && { hub: (hub as string).replace(/\/$/, '') }),
    ...openMap(federation, directory),
    share: share as boolean,
    ...(noise !== undefined && { noise: noise as boolean }),
    grids: grids as boolean,
    prices: prices as boolean,
    quality: quality as boolean,
    ...(continent !== undefined && { continent: continent as Continent }),
    providers: providers as Record<string, string>,
    models: models as string[],
    incidents: incidents as boolean,
  }
}

function openMap({ map, key, read_key }: Mapping, directory: string): Pick<FederationConfig, 'map'> {
  if (typeof map !== 'string' || typeof key !== 'string') return {}
  const from = mapUrl(map) ?? resolve(directory, map)
  return { map: { from, key, ...(typeof read_key === 'string' && { readKey: read_key }) } }
}
