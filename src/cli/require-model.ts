import { RouterError } from '../base/errors.ts'
import { nearestNames } from '../base/nearest.ts'
import type { Config } from '../config/types.ts'

/** Throws ROUTER_MODEL_NOT_FOUND with the nearest names for a model that is not configured. */
export function requireModel(config: Config, name: string): void {
  if (config.models.has(name)) return
  const near = nearestNames(name, config.models.keys())
  const hint = near.length > 0 ? ` Did you mean ${near.join(', ')}?` : ` Configured: ${[...config.models.keys()].join(', ') || 'none'}.`
  throw new RouterError('ROUTER_MODEL_NOT_FOUND', { model: name, hint })
}
