import type { Config, ProviderConfig } from '../config/types.ts'
import type { Engine } from '../routing/engine.ts'

/** A new key or address is a new chance: forgets what is held against endpoints whose provider a reload has changed. */
export function forgiveChanged(before: Config, after: Config, { catalogue, state }: Engine): void {
  const changed = [...after.providers.values()].filter((use) => {
    const old = before.providers.get(use.id)
    const same = ({ plugin, options, connection }: ProviderConfig) => JSON.stringify([plugin, options, connection])
    return !old || same(old) !== same(use)
  })
  for (const model of catalogue.models.values()) {
    for (const { endpoint } of model.routes)
      if (changed.some(({ id }) => id === endpoint.provider)) state.health.forgive(endpoint.id)
  }
}
