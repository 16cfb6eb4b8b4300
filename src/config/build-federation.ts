import { resolve } from 'node:path'
import { mapUrl } from '../federation/protocol/map-url.ts'
import type { Continent } from '../federation/protocol/words.ts'
import type { FederationConfig } from './types.ts'
import type { Mapping } from './view.ts'

/** @param directory what a path is relative to */
export function buildFederation(federation: Mapping, directory: string): FederationConfig {
  const { enabled, hub, map, key, share, noise, grids, prices, continent, providers, models, incidents } = federation
  return {
    enabled: enabled as boolean,
    ...(hub !== undefined && { hub: (hub as string).replace(/\/$/, '') }),
    ...(map !== undefined &&
      key !== undefined && { map: { from: mapFrom(map as string, directory), key: key as string } }),
    share: share as boolean,
    ...(noise !== undefined && { noise: noise as boolean }),
    grids: grids as boolean,
    prices: prices as boolean,
    ...(continent !== undefined && { continent: continent as Continent }),
    providers: providers as Record<string, string>,
    models: models as string[],
    incidents: incidents as boolean,
  }
}

const mapFrom = (map: string, directory: string): string => mapUrl(map) ?? resolve(directory, map)
