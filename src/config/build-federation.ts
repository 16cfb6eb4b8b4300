import type { Continent } from '../federation/protocol/words.ts'
import type { FederationConfig } from './types.ts'
import type { Mapping } from './view.ts'

export function buildFederation(federation: Mapping): FederationConfig {
  const { enabled, hub, share, noise, grids, prices, continent, providers, models, incidents } = federation
  return {
    enabled: enabled as boolean,
    ...(hub !== undefined && { hub: (hub as string).replace(/\/$/, '') }),
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
