import type { Config, ProviderConfig } from '../config/types.ts'
import type { EngineState } from '../routing/state/state.ts'

const reachedBy = ({ plugin, options, connection, headers }: ProviderConfig) =>
  JSON.stringify([plugin, options, connection, headers])

/** A new key or address is a new chance: forgets what is held against endpoints whose provider a reload has changed. */
export function forgiveChanged(before: Config, after: Config, { health, countingHealth }: EngineState): void {
  const isChanged = (id: string) => {
    const [old, use] = [before.providers.get(id), after.providers.get(id)]
    return use !== undefined && (!old || reachedBy(old) !== reachedBy(use))
  }
  const changed = new Set([...after.providers.keys()].filter(isChanged))
  if (changed.size === 0) return
  // Also those that no model of the file names.
  for (const each of [health, countingHealth]) each.forgive((endpoint) => changed.has(endpoint.split('/', 1)[0]!))
}
